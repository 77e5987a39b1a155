#include "vrkn/run/model_defaults.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"

namespace vrkn::run {
namespace {

constexpr std::string_view kTable = "model_defaults.";

/// What is said of one kind of model, as keys of `model`.
struct KindDefaults {
  std::string kind;
  std::vector<config::Entry> entries;
};

/// Takes the entries of the table `model_defaults` out of `entries`, kind by kind.
std::vector<KindDefaults> take_defaults(std::vector<config::Entry>& entries) {
  const auto rest =
      std::ranges::stable_partition(entries, [](const config::Entry& entry) { return !entry.key.starts_with(kTable); });
  std::vector<KindDefaults> defaults;
  for (config::Entry& entry : rest) {
    const std::string kind_and_key = entry.key.substr(kTable.size());
    const size_t dot = kind_and_key.find('.');
    if (dot == std::string::npos) {
      throw ConfigError(entry.source + ": '" + entry.key +
                        "' is not a key of a kind of model; the form is model_defaults.<kind>.<key of model>");
    }
    const std::string kind = kind_and_key.substr(0, dot);
    const auto found = std::ranges::find(defaults, kind, &KindDefaults::kind);
    KindDefaults& own = found != defaults.end() ? *found : defaults.emplace_back(KindDefaults{kind, {}});
    entry.key = "model" + kind_and_key.substr(dot);
    own.entries.push_back(std::move(entry));
  }
  entries.erase(rest.begin(), rest.end());
  return defaults;
}

void check(const KindDefaults& defaults) {
  std::vector<config::Entry> entries = {
      {"model.kind", config::Scalar(defaults.kind), defaults.entries.front().source, std::nullopt}};
  std::ranges::copy(defaults.entries, std::back_inserter(entries));
  ExperimentConfig scratch;
  config::apply_entries(entries, scratch);
}

}  // namespace

std::vector<config::Entry> with_model_defaults(std::vector<config::Entry> entries) {
  std::vector<KindDefaults> defaults = take_defaults(entries);
  std::ranges::for_each(defaults, check);

  // Only where the kind changes: the same kind again keeps what was said since.
  std::string kind;
  auto change = entries.end();
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (entry->key != "model.kind") continue;
    const config::Scalar* value = std::get_if<config::Scalar>(&entry->value);
    const std::string* name = value ? std::get_if<std::string>(value) : nullptr;
    if (name == nullptr || *name == kind) continue;
    kind = *name;
    change = entry;
  }
  const auto own = std::ranges::find(defaults, kind, &KindDefaults::kind);
  if (change != entries.end() && own != defaults.end()) {
    entries.insert(std::next(change), std::make_move_iterator(own->entries.begin()),
                   std::make_move_iterator(own->entries.end()));
  }
  return entries;
}

ExperimentConfig experiment_from(std::vector<config::Entry> entries, const std::vector<std::string>& overrides) {
  for (config::Entry& entry : config::parse_overrides(overrides)) entries.push_back(std::move(entry));
  ExperimentConfig experiment;
  config::apply_entries(with_model_defaults(std::move(entries)), experiment);
  return experiment;
}

}  // namespace vrkn::run
