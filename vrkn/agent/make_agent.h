#pragma once

#include <memory>
#include <vector>

#include <c10/core/Device.h>

#include "vrkn/agent/agent.h"
#include "vrkn/agent/agent_config.h"
#include "vrkn/env/spec.h"
#include "vrkn/model/model_config.h"

namespace vrkn {

/// The agent that `config` names, for an environment with these sensors and actions, with weights that are a function
/// of `seed` on whatever device.
std::unique_ptr<Agent> make_agent(const AgentConfig& config, const WorldModelConfig& world_model,
                                  const EnvironmentSpec& environment, uint64_t seed, c10::Device device);

}  // namespace vrkn
