#pragma once

#include <memory>

#include "vrkn/env/environment.h"
#include "vrkn/env/environment_config.h"

namespace vrkn {

/// The world that `config` describes, with its conditions around it. Nothing is drawn before the first picture is
/// wanted. Throws ConfigError as EnvironmentConfig::validate, and when a number is out of its range.
std::unique_ptr<Environment> make_environment(const EnvironmentConfig& config);

}  // namespace vrkn
