#include "vrkn/sweep/sweep_axis.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/core/error.h"

namespace vrkn::sweep {
namespace {

std::string as_file_name(std::string_view text) {
  constexpr std::string_view kSigns = "._+-";
  std::string name(text);
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && kSigns.find(c) == kSigns.npos) c = '_';
  }
  if (name.starts_with('.')) name[0] = '_';
  return name;
}

/// A text without its quotes, everything else as TOML.
std::string plain_text(const config::Scalar& scalar) {
  const std::string* text = std::get_if<std::string>(&scalar);
  return text ? *text : config::to_text(scalar);
}

bool is_text(const config::Scalar& scalar) {
  return std::holds_alternative<std::string>(scalar);
}

std::string value_name(std::string_view key, const config::List& elements) {
  std::vector<std::string> texts;
  for (const config::Scalar& element : elements) texts.push_back(plain_text(element));
  const bool speaks_for_itself = !elements.empty() && is_text(elements.front());
  return as_file_name(
      fmt::format("{}{}", speaks_for_itself ? "" : key.substr(key.rfind('.') + 1), fmt::join(texts, "+")));
}

/// The value named `name`, made where it is missing.
template <class Named>
Named& find_or_add(std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found != all.end() ? *found : all.emplace_back(Named{std::string(name), {}});
}

}  // namespace

SweepAxis grid_axis(const config::Entry& entry) {
  SweepAxis axis{entry.key, {}};
  const auto add = [&](const config::List& elements, config::Value value) {
    axis.values.push_back(
        {value_name(entry.key, elements), {{entry.key, std::move(value), entry.source, std::nullopt}}});
  };
  if (const config::List* list = std::get_if<config::List>(&entry.value)) {
    for (const config::Scalar& value : *list) add({value}, value);
  } else if (const config::Rows* rows = std::get_if<config::Rows>(&entry.value)) {
    for (const config::List& value : *rows) add(value, value);
  }
  if (axis.values.empty()) {
    throw ConfigError(fmt::format("{}: 'grid.{}' must be a list of the values to try, but is {}", entry.source,
                                  entry.key, config::to_text(entry.value)));
  }
  return axis;
}

std::vector<SweepAxis> variant_axes(std::span<const config::Entry> entries) {
  std::vector<SweepAxis> axes;
  for (const config::Entry& entry : entries) {
    const size_t first = entry.key.find('.');
    const size_t second = first == entry.key.npos ? first : entry.key.find('.', first + 1);
    const bool is_empty = std::holds_alternative<config::EmptyTable>(entry.value);
    if (first == entry.key.npos || (second == entry.key.npos && !is_empty)) {
      throw ConfigError(fmt::format(
          "{}: 'variants.{}' is not a key of a variant; the form is variants.<axis>.<name>.<key of a configuration>",
          entry.source, entry.key));
    }
    SweepPoint& value = find_or_add(find_or_add(axes, entry.key.substr(0, first)).values,
                                    entry.key.substr(first + 1, second - first - 1));
    if (second == entry.key.npos) continue;  // a variant that changes nothing
    value.entries.push_back(entry);
    value.entries.back().key = entry.key.substr(second + 1);
  }
  std::ranges::sort(axes, {}, &SweepAxis::name);
  for (SweepAxis& axis : axes) std::ranges::sort(axis.values, {}, &SweepPoint::name);
  return axes;
}

std::vector<SweepPoint> combinations(std::span<const SweepAxis> axes) {
  std::vector<SweepPoint> all = {{"", {}}};
  for (const SweepAxis& axis : axes) {
    std::vector<SweepPoint> longer;
    for (const SweepPoint& left : all) {
      for (const SweepPoint& right : axis.values) {
        SweepPoint& both = longer.emplace_back(left);
        if (!both.name.empty() && !right.name.empty()) both.name += '-';
        both.name += right.name;
        std::ranges::copy(right.entries, std::back_inserter(both.entries));
      }
    }
    all = std::move(longer);
  }
  return all;
}

}  // namespace vrkn::sweep
