#include "vrkn/analysis/grouping.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"

namespace vrkn::analysis {
namespace {

using Settings = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 12> kIncidental = {"seed",
                                                          "device",
                                                          "threads",
                                                          "onednn",
                                                          "environment.renderer",
                                                          "environment.task",
                                                          "training.iterations",
                                                          "training.checkpoint_every",
                                                          "training.keep_checkpoints",
                                                          "training.rollbacks",
                                                          "evaluation.every",
                                                          "evaluation.episodes"};

/// What labels speak of first.
constexpr std::array<std::string_view, 6> kTelling = {"model.kind",
                                                      "agent.kind",
                                                      "environment.sensors",
                                                      "environment.occlusion.kind",
                                                      "environment.transition_noise",
                                                      "objective.sensor_weight"};

/// Of these the value alone says what is meant.
bool speaks_for_itself(std::string_view key) {
  return key == "model.kind" || key == "agent.kind" || key == "environment.sensors" || key == "environment.task";
}

/// The settings that make a run one of its group.
Settings identity(const RunRecord& run, std::span<const std::string> keys) {
  Settings settings;
  for (const auto& [key, value] : run.settings) {
    const bool counts = keys.empty() ? !is_incidental(key) : std::ranges::count(keys, key) > 0;
    if (counts) settings[key] = value;
  }
  return settings;
}

void check_keys(std::span<const RunRecord> runs, std::span<const std::string> keys) {
  std::set<std::string> known;
  for (const RunRecord& run : runs) {
    for (const auto& [key, value] : run.settings) known.insert(key);
  }
  for (const std::string& key : keys) {
    if (runs.empty() || known.contains(key)) continue;
    throw ConfigError("no run has a setting '" + key + "' to group by" +
                      did_you_mean(key, std::vector<std::string>(known.begin(), known.end())));
  }
}

std::string value_of(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

/// The keys whose values are not the same in all groups: those of `kTelling`, then those that every group has, then the
/// others.
std::vector<std::string> differing_keys(const std::vector<Settings>& groups) {
  std::map<std::string, std::set<std::string>> values;
  std::map<std::string, size_t> owners;
  for (const Settings& settings : groups) {
    for (const auto& [key, value] : settings) {
      values[key].insert(value);
      ++owners[key];
    }
  }
  std::vector<std::string> keys;
  for (const auto& [key, different] : values) {
    if (different.size() > 1 || owners[key] < groups.size()) keys.push_back(key);
  }
  const auto rank = [&](const std::string& key) {
    const auto telling = static_cast<size_t>(std::ranges::find(kTelling, key) - kTelling.begin());
    return telling < kTelling.size() ? telling : kTelling.size() + (owners[key] < groups.size() ? 1 : 0);
  };
  std::ranges::stable_sort(keys, {}, rank);
  return keys;
}

/// "vrkn", "image+state", "transition_noise 0.2": the name of the key without its table's, whole numbers without ".0".
std::string describe(const std::string& key, const std::string& toml) {
  std::string value = plain_text(toml);
  if (speaks_for_itself(key)) return value;
  if (value.ends_with(".0")) value.resize(value.size() - 2);
  return key.substr(key.find('.') + 1) + " " + value;
}

/// Whether groups that have the key have several values of it. One that is only missing here and there says little: it
/// belongs to another kind of model, or came with a newer version.
bool has_several_values(const std::vector<Settings>& groups, std::span<const size_t> members, const std::string& key) {
  std::set<std::string> values;
  for (const size_t i : members) {
    if (groups[i].contains(key)) values.insert(groups[i].at(key));
  }
  return values.size() > 1;
}

/// Writes the labels of some groups, which all begin with `label`: the first key in which they differ divides them, and
/// then those that are still together are divided by the keys after it.
void divide(const std::vector<Settings>& groups, const std::vector<size_t>& members, std::span<const std::string> keys,
            const std::string& label, std::vector<std::string>& labels) {
  const auto by = std::ranges::find_if(keys, [&](const auto& key) { return has_several_values(groups, members, key); });
  if (by == keys.end()) {
    for (const size_t i : members) labels[i] = label;
    return;
  }
  std::map<std::string, std::vector<size_t>> parts;
  for (const size_t i : members) parts[value_of(groups[i], *by)].push_back(i);
  for (const auto& [value, part] : parts) {
    const std::string word = value.empty() ? std::string() : describe(*by, value);
    divide(groups, part, {by + 1, keys.end()}, label.empty() || word.empty() ? label + word : label + ", " + word,
           labels);
  }
}

/// The labels of groups, all different.
std::vector<std::string> labels_of(const std::vector<Settings>& groups, std::span<const std::string> keys) {
  std::vector<size_t> all(groups.size());
  std::iota(all.begin(), all.end(), size_t{0});
  std::vector<std::string> labels(groups.size());
  divide(groups, all, keys, {}, labels);
  // What only the lack of a key sets apart, or nothing that a label speaks of, is numbered.
  std::map<std::string, int> seen;
  for (std::string& label : labels) {
    if (label.empty()) label = "all runs";
    const int number = ++seen[label];
    if (number > 1) label += " (" + std::to_string(number) + ")";
  }
  return labels;
}

}  // namespace

bool is_incidental(const std::string& key) {
  return std::ranges::count(kIncidental, key) > 0;
}

Grouping group_runs(std::span<const RunRecord> runs, std::span<const std::string> keys) {
  check_keys(runs, keys);
  std::map<Settings, std::vector<size_t>> members;
  for (size_t i = 0; i < runs.size(); ++i) members[identity(runs[i], keys)].push_back(i);

  std::vector<Settings> settings;
  for (const auto& [identity, group] : members) settings.push_back(identity);
  const std::vector<std::string> differing = differing_keys(settings);
  std::vector<std::string> labels = labels_of(settings, keys.empty() ? std::span(differing) : keys);
  if (settings.size() == 1 && settings.front().contains("model.kind"))
    labels = {plain_text(settings.front()["model.kind"])};

  struct Labelled {
    RunGroup group;
    Settings settings;
  };
  std::vector<Labelled> labelled;
  for (const auto& [identity, group] : members) {
    labelled.push_back({{.label = labels[labelled.size()], .runs = group}, identity});
  }
  std::ranges::sort(labelled, {}, [](const Labelled& entry) { return entry.group.label; });

  Grouping grouping;
  for (const std::string& key : differing) grouping.differences.push_back({.key = key});
  for (const auto& [group, identity] : labelled) {
    grouping.groups.push_back(group);
    for (SettingDifference& difference : grouping.differences) {
      difference.values.push_back(plain_text(value_of(identity, difference.key)));
    }
  }
  return grouping;
}

}  // namespace vrkn::analysis
