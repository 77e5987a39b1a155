#include "python/src/experiment.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "vrkn/config/fields.h"
#include "vrkn/run/presets.h"

namespace vrkn::python {

run::ExperimentConfig load_config(const std::string& preset, const std::string& file, const Settings& settings) {
  return file.empty() ? run::load_preset(preset, settings) : run::load_experiment(file, settings);
}

env::EnvironmentConfig environment_config(const Settings& settings) {
  Settings all = settings;
  all.push_back("training.sequence_length=2");  // what the longest is, the world decides
  return run::load_experiment({}, all).environment;
}

void bind_experiments(nb::module_& module) {
  module.def("preset_names", &run::preset_names, "The names of all presets.");
  module.def(
      "config_text",
      [](const std::string& preset, const std::string& file, const Settings& settings) {
        return config::to_toml(load_config(preset, file, settings), config::Comments::kBeside);
      },
      nb::arg("preset"), nb::arg("file"), nb::arg("settings"), "A resolved configuration as TOML, with its meaning.");
}

}  // namespace vrkn::python
