#include "vrkn/run/comparable_runs.h"

#include <algorithm>

#include <fmt/format.h>

#include "vrkn/core/error.h"

namespace vrkn::run {
namespace {

namespace fs = std::filesystem;

LabelledRun load(const std::string& path, const std::string& device) {
  std::vector<std::string> overrides;
  if (!device.empty()) overrides.push_back("device=" + device);
  LabelledRun labelled{.path = path,
                       .label = fs::absolute(path / fs::path("")).parent_path().filename().string(),
                       .run = load_run(path, "last", overrides)};
  if (!labelled.run.has_model()) {
    throw ConfigError(path + " has a random agent, which has no model to imagine with");
  }
  if (!labelled.run.model().reconstructs()) {
    throw ConfigError(path + " learned from rewards alone (its sensors weigh 0): its model shows no sensors");
  }
  return labelled;
}

}  // namespace

std::vector<LabelledRun> load_comparable_runs(const std::vector<std::string>& paths, const std::string& device) {
  std::vector<LabelledRun> runs;
  for (const std::string& path : paths) {
    LabelledRun labelled = load(path, device);
    if (!runs.empty()) {
      const env::EnvironmentSpec &first = runs.front().run.spec, &spec = labelled.run.spec;
      if (spec.sensors != first.sensors || spec.action_size != first.action_size) {
        throw ConfigError(fmt::format("{} has {}, but {} has {}: only runs with the same sensors can be compared", path,
                                      describe(spec), paths.front(), describe(first)));
      }
    }
    if (std::ranges::find(runs, labelled.label, &LabelledRun::label) != runs.end()) {
      labelled.label += fmt::format(" ({})", runs.size() + 1);
    }
    runs.push_back(std::move(labelled));
  }
  return runs;
}

}  // namespace vrkn::run
