#include "vrkn/inspect/nearest_preset.h"

#include <string>

#include "vrkn/config/fields.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/run/presets.h"

namespace vrkn::inspect {

NearestPreset nearest_preset(const run::ExperimentConfig& config) {
  NearestPreset nearest;
  const std::string kind = kind_of(config.model);
  for (const std::string& name : run::preset_names()) {
    std::vector<config::Difference> differences =
        config::differences(run::load_preset(name, {"model.kind=" + kind}), config);
    const std::string own_kind = kind_of(run::load_preset(name).model);
    if (own_kind != kind) differences.insert(differences.begin(), {"model.kind", own_kind, kind});
    if (nearest.name.empty() || differences.size() < nearest.differences.size())
      nearest = {name, std::move(differences)};
  }
  return nearest;
}

void add_preset(const run::ExperimentConfig& config, Inspection& inspection) {
  const NearestPreset nearest = nearest_preset(config);
  inspection.facts.push_back({"nearest preset", nearest.name});
  inspection.facts.push_back({"keys that differ from it", static_cast<int64_t>(nearest.differences.size())});
  const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
  for (const config::Difference& difference : nearest.differences) {
    inspection.parts.push_back(
        {.name = difference.key,
         .what = shown(difference.right) + " (" + nearest.name + ": " + shown(difference.left) + ")"});
  }
}

}  // namespace vrkn::inspect
