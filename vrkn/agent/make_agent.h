#pragma once

#include <memory>

#include <c10/core/Device.h>

#include "vrkn/agent/agent.h"
#include "vrkn/agent/agent_config.h"
#include "vrkn/env/spec.h"
#include "vrkn/model/model_config.h"

namespace vrkn::agent {

/// The agent that `config` names, for an environment with these sensors and actions, with weights that are a function
/// of `seed` on whatever device. Throws as WorldModel's constructor.
std::unique_ptr<Agent> make_agent(const AgentConfig& config, const model::WorldModelConfig& world_model,
                                  const env::EnvironmentSpec& environment, uint64_t seed, c10::Device device);

}  // namespace vrkn::agent
