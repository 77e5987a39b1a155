#pragma once

#include <variant>

#include "vrkn/agent/dreamer/dreamer_config.h"
#include "vrkn/agent/planet/planet_config.h"
#include "vrkn/agent/random/random_config.h"

namespace vrkn::agent {

/// Which agent: the key `kind` chooses.
using AgentConfig = std::variant<PlanetConfig, DreamerConfig, RandomConfig>;

}  // namespace vrkn::agent
