#include "vrkn/sweep/sweep.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"
#include "vrkn/run/base_chain.h"
#include "vrkn/run/model_defaults.h"
#include "vrkn/sweep/error_list.h"
#include "vrkn/sweep/sweep_axis.h"

namespace vrkn::sweep {
namespace {

namespace fs = std::filesystem;

/// A table whose keys are those of something else: read elsewhere, named in messages.
struct UncheckedTable {
  static constexpr void fields(auto&, auto&&) {}
};

/// The outermost table of a sweep file.
struct SweepFile {
  SweepConfig settings;
  UncheckedTable set, variants, grid;

  static constexpr void fields(auto& self, auto&& field) {
    SweepConfig::fields(self.settings, field);
    field("set", self.set, "keys of all runs");
    field("variants", self.variants, "axes of named changes");
    field("grid", self.grid, "keys with lists of values");
  }
};

/// Takes the entries under `table` out of `entries`, and the table's name off their keys.
std::vector<config::Entry> take_table(std::vector<config::Entry>& entries, const std::string& table) {
  const auto is_outside = [&](const config::Entry& entry) { return !entry.key.starts_with(table + "."); };
  const auto rest = std::ranges::stable_partition(entries, is_outside);
  std::vector<config::Entry> taken(std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  entries.erase(rest.begin(), rest.end());
  for (config::Entry& entry : taken) entry.key = entry.key.substr(table.size() + 1);
  return taken;
}

std::vector<config::Entry> base_entries(const std::string& base, const fs::path& beside) {
  if (!base.ends_with(".toml")) return run::preset_chain(base).entries;
  const fs::path file = beside.parent_path() / base;
  return run::follow_bases(config::read_toml(file), run::embedded_presets()).entries;
}

/// What a variant says of `key`, which is no key of a configuration, in place of the sweep; the entry is taken out.
std::string take_string(const std::string& key, std::vector<config::Entry>& entries, const std::string& fallback) {
  const auto rest = std::ranges::stable_partition(entries, [&](const config::Entry& e) { return e.key != key; });
  if (rest.empty()) return fallback;
  const config::Entry chosen = rest.front();
  if (rest.size() > 1) {
    throw ConfigError(chosen.source + ": two variants of one run have a key '" + key +
                      "'; only one axis may choose it");
  }
  entries.erase(rest.begin(), rest.end());
  const config::Scalar* scalar = std::get_if<config::Scalar>(&chosen.value);
  const std::string* text = scalar ? std::get_if<std::string>(scalar) : nullptr;
  if (text == nullptr) {
    throw ConfigError(chosen.source + ": '" + key + "' must be a text, but is " + config::to_text(chosen.value));
  }
  return *text;
}

/// The axes of the grid in the order of their names, but for seeds, which become an axis of their own.
std::pair<std::vector<SweepAxis>, std::vector<SweepAxis>> grid_axes(std::span<const config::Entry> entries) {
  std::vector<SweepAxis> others, seeds;
  for (const config::Entry& entry : entries) (entry.key == "seed" ? seeds : others).push_back(grid_axis(entry));
  std::ranges::sort(others, {}, &SweepAxis::name);
  return {std::move(others), std::move(seeds)};
}

void append(std::vector<config::Entry>& entries, std::vector<config::Entry> more) {
  std::ranges::move(more, std::back_inserter(entries));
}

/// All combinations, the first seed of everything first; names end with the seed.
std::vector<SweepPoint> points(std::span<const config::Entry> variants, std::span<const config::Entry> grid) {
  std::vector<SweepAxis> axes = variant_axes(variants);
  auto [others, seeds] = grid_axes(grid);
  std::ranges::move(others, std::back_inserter(axes));
  std::vector<SweepPoint> all;
  for (const SweepPoint& seed : combinations(seeds)) {
    for (const SweepPoint& other : combinations(axes)) {
      const SweepAxis both[] = {{"", {other}}, {"", {seed}}};
      all.push_back(combinations(both).front());
    }
  }
  return all;
}

/// The name becomes that of a folder and of a Slurm job.
void check_name(const std::string& name) {
  constexpr std::string_view kSigns = "._+-";
  const auto is_plain = [&](unsigned char c) { return std::isalnum(c) || kSigns.find(char(c)) != kSigns.npos; };
  if (!name.empty() && std::ranges::all_of(name, is_plain) && name.front() != '.') return;
  throw ConfigError("the name of a sweep is '" + name + "', but may only have letters, digits and . _ + -");
}

void refuse_equal_names(std::vector<SweepRun> runs) {
  std::ranges::sort(runs, {}, &SweepRun::name);
  const auto twin = std::ranges::adjacent_find(runs, {}, &SweepRun::name);
  if (twin != runs.end()) {
    throw ConfigError("two runs have the name " + twin->name + "; every value of an axis must give another name");
  }
}

}  // namespace

Sweep load_sweep(const fs::path& file, const std::vector<std::string>& overrides,
                 const std::vector<std::string>& settings) {
  std::vector<config::Entry> entries = config::read_toml(file);
  const std::vector<config::Entry> set = take_table(entries, "set");
  const std::vector<config::Entry> variants = take_table(entries, "variants");
  const std::vector<config::Entry> grid = take_table(entries, "grid");
  append(entries, config::parse_overrides(settings));
  SweepFile head;
  config::apply_entries(entries, head);

  Sweep sweep{file, head.settings, {}};
  if (sweep.settings.name.empty()) sweep.settings.name = file.stem().string();
  check_name(sweep.settings.name);
  const config::Entry threads{"threads", config::Scalar(sweep.settings.threads), file.string(), std::nullopt};
  ErrorList mistakes;
  for (SweepPoint& point : points(variants, grid)) {
    const std::string name = point.name.empty() ? "run" : point.name;
    mistakes.collect("the run " + name, [&] {
      const std::string base = take_string("base", point.entries, sweep.settings.base);
      const std::string data = take_string("data", point.entries, sweep.settings.data);
      std::vector<config::Entry> own = {threads};
      append(own, set);
      append(own, std::move(point.entries));
      append(own, config::parse_overrides(overrides));
      config::put_kinds_first(own);
      std::vector<config::Entry> all = base_entries(base, file);
      append(all, std::move(own));
      sweep.runs.push_back({name, resolve(std::move(all)), data});
    });
  }
  mistakes.throw_if_any();
  refuse_equal_names(sweep.runs);
  return sweep;
}

Sweep only(Sweep sweep, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const SweepRun& run : sweep.runs) known.push_back(run.name);
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw ConfigError("the sweep has no run '" + name + "'" + did_you_mean(name, known));
  }
  std::erase_if(sweep.runs, [&](const SweepRun& run) { return std::ranges::find(names, run.name) == names.end(); });
  return sweep;
}

void check_devices(const Sweep& sweep) {
  ErrorList mistakes;
  for (const SweepRun& run : sweep.runs) mistakes.collect("the run " + run.name, [&] { run.config.validate(); });
  mistakes.throw_if_any();
}

run::ExperimentConfig resolve(std::vector<config::Entry> entries) {
  entries = run::with_model_defaults(std::move(entries));
  const auto of_device =
      std::ranges::stable_partition(entries, [](const config::Entry& e) { return e.key != "device"; });
  run::ExperimentConfig experiment;
  config::assign(of_device, [&] { return config::describe(experiment); });
  entries.erase(of_device.begin(), of_device.end());
  const std::string device = std::exchange(experiment.device, "cpu");
  config::apply_entries(entries, experiment);
  experiment.device = device;
  return experiment;
}

}  // namespace vrkn::sweep
