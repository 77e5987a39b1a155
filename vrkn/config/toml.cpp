#include "vrkn/config/toml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::config {
namespace {

bool is_bare_key(std::string_view key) {
  return !key.empty() &&
         std::ranges::all_of(key, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

std::optional<Scalar> scalar_of(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return Scalar(value->get());
  if (const auto* value = node.as_integer()) return Scalar(value->get());
  if (const auto* value = node.as_floating_point()) return Scalar(value->get());
  if (const auto* value = node.as_string()) return Scalar(value->get());
  return std::nullopt;
}

/// Nothing where an element is no scalar.
std::optional<List> list_of(const toml::array& array) {
  List list;
  for (const toml::node& element : array) {
    const std::optional<Scalar> scalar = scalar_of(element);
    if (!scalar) return std::nullopt;
    list.push_back(*scalar);
  }
  return list;
}

/// Nothing where an element is no list of scalars.
std::optional<Rows> rows_of(const toml::array& array) {
  Rows rows;
  for (const toml::node& element : array) {
    const toml::array* row = element.as_array();
    std::optional<List> list = row ? list_of(*row) : std::nullopt;
    if (!list) return std::nullopt;
    rows.push_back(std::move(*list));
  }
  return rows;
}

/// Nothing where no field can hold the node: dates, times, and lists of anything but scalars or lists of scalars.
std::optional<Value> value_of(const toml::node& node) {
  if (const toml::array* array = node.as_array()) {
    if (std::optional<List> list = list_of(*array)) return std::move(*list);
    if (std::optional<Rows> rows = rows_of(*array)) return std::move(*rows);
    return std::nullopt;
  }
  if (const std::optional<Scalar> scalar = scalar_of(node)) return *scalar;
  return std::nullopt;
}

void flatten(const toml::table& table, const std::string& prefix, std::string_view name, std::vector<Entry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string full = prefix + std::string(key.str());
    const toml::source_position at = node.source().begin;
    const std::string source = fmt::format("{}:{}", name, at.line);
    if (!is_bare_key(key.str())) {
      throw ConfigError(
          fmt::format("{}: the key '{}' has characters other than letters, digits, '_' and '-'", source, full));
    }
    if (const auto* inner = node.as_table()) {
      if (inner->empty()) entries.push_back({full, EmptyTable{}, source, std::nullopt});
      flatten(*inner, full + ".", name, entries);
      continue;
    }
    const std::optional<Value> value = value_of(node);
    if (!value) {
      throw ConfigError(
          fmt::format("{}:{}: '{}' is neither true or false, a number or a text, nor a list or a table of those",
                      source, at.column, full));
    }
    entries.push_back({full, *value, source, std::nullopt});
  }
}

/// The value of `value = <text>`, or nothing where that is no TOML for one value.
std::optional<toml::table> parse_single(std::string_view text) {
  try {
    toml::table table = toml::parse(fmt::format("value = {}", text));
    if (table.size() == 1) return table;
  } catch (const toml::parse_error&) {
    // Not TOML: the caller takes it as a bare text.
  }
  return std::nullopt;
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  // to_chars alone would write 0.0006 as 6e-04; people read plain decimals more easily, up to a length.
  const double magnitude = std::abs(value);
  const bool plain = magnitude == 0.0 || (magnitude >= 1e-5 && magnitude < 1e9);
  char buffer[64];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value, format).ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

struct TextOf {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return number_text(value); }
  std::string operator()(const std::string& value) const { return in_quotes(value); }
  std::string operator()(const Scalar& value) const { return std::visit(*this, value); }
  std::string operator()(const List& list) const {
    std::string text;
    for (const Scalar& element : list) text += (text.empty() ? "" : ", ") + (*this)(element);
    return "[" + text + "]";
  }
  std::string operator()(const Rows& rows) const {
    std::string text;
    for (const List& row : rows) text += (text.empty() ? "" : ", ") + (*this)(row);
    return "[" + text + "]";
  }
  std::string operator()(const EmptyTable&) const { return "{}"; }
};

}  // namespace

std::vector<Entry> parse_toml(std::string_view text, std::string_view name) {
  std::vector<Entry> entries;
  try {
    flatten(toml::parse(text), "", name, entries);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw ConfigError(fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description()));
  }
  put_kinds_first(entries);
  return entries;
}

std::vector<Entry> read_toml(const std::filesystem::path& path) {
  return parse_toml(read_file(path), path.string());
}

Entry parse_override(std::string_view text) {
  const size_t equals = text.find('=');
  const std::string_view key = trim(text.substr(0, equals));
  const bool is_key = std::ranges::all_of(key, [](char c) { return c == '.' || is_bare_key({&c, 1}); });
  if (equals == std::string_view::npos || key.empty() || !is_key) {
    throw ConfigError(fmt::format("--set {}: not of the form key=value", text));
  }
  const std::string typed(trim(text.substr(equals + 1)));
  Entry entry{std::string(key), Scalar(typed), fmt::format("--set {}", text), typed};
  if (const std::optional<toml::table> parsed = parse_single(typed)) {
    const toml::node& node = *parsed->get("value");
    if (node.is_table()) throw ConfigError(fmt::format("{}: set the keys of a table one by one", entry.source));
    entry.value = value_of(node).value_or(Scalar(typed));
  }
  return entry;
}

std::vector<Entry> parse_overrides(std::span<const std::string> texts) {
  std::vector<Entry> entries;
  for (const std::string& text : texts) entries.push_back(parse_override(text));
  put_kinds_first(entries);
  return entries;
}

void put_kinds_first(std::vector<Entry>& entries) {
  const auto rank = [](const Entry& entry) {
    const bool is_kind = entry.key.ends_with(".kind");
    return is_kind ? std::ranges::count(entry.key, '.') : std::numeric_limits<std::ptrdiff_t>::max();
  };
  std::ranges::stable_sort(entries, {}, rank);
}

Scalar parse_word(std::string_view text) {
  const std::string_view word = trim(text);
  if (const std::optional<toml::table> parsed = parse_single(word)) {
    if (const std::optional<Scalar> scalar = scalar_of(*parsed->get("value"))) return *scalar;
  }
  return std::string(word);
}

std::string to_text(const Value& value) {
  return std::visit(TextOf(), value);
}

}  // namespace vrkn::config
