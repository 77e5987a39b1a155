#include "vrkn/core/kind_of.h"
#include "vrkn/inspect/inspect_files.h"
#include "vrkn/inspect/nearest_preset.h"

namespace vrkn::inspect {

Inspection inspect_config(const std::filesystem::path& path, const std::string& name) {
  return inspect_file(path, name, "a configuration", [&](Inspection& inspection) {
    const run::ExperimentConfig config = run::load_experiment(path, {});
    inspection.facts.insert(inspection.facts.end(), {{"task", config.environment.task},
                                                     {"model", kind_of(config.model)},
                                                     {"agent", kind_of(config.agent)},
                                                     {"seed", config.seed},
                                                     {"iterations", config.training.iterations},
                                                     {"updates", config.updates()}});
    add_preset(config, inspection);
  });
}

}  // namespace vrkn::inspect
