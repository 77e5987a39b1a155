#pragma once

#include <nanobind/nanobind.h>
#include <string>
#include <vector>

#include "vrkn/run/experiment_config.h"

namespace vrkn::python {

namespace nb = nanobind;

/// Keys of the configuration and their values, as `vrkn config` prints them and `--set` takes them; in their order.
using Settings = std::vector<std::string>;

/// The configuration of a preset, or of a file where `file` is not empty, with settings `key=value` on top. Throws
/// ConfigError.
run::ExperimentConfig load_config(const std::string& preset, const std::string& file, const Settings& settings);

/// The table `environment` of the default configuration with these settings on top. Throws ConfigError.
env::EnvironmentConfig environment_config(const Settings& settings);

void bind_experiments(nb::module_& module);

}  // namespace vrkn::python
