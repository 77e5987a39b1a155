#pragma once

#include <cstdint>
#include <vector>

#include "vrkn/agent/agent_config.h"
#include "vrkn/model/model_config.h"

namespace vrkn::agent {

/// How large an agent is before it is made, in numbers.
struct AgentSize {
  double parameters = 0.0;    ///< of all its networks, exactly
  double averages = 0.0;      ///< of those that running averages are kept of
  double per_step = 0.0;      ///< that the gradients of an update need of every step of a batch, at least
  double per_decision = 0.0;  ///< that a decision in one environment takes, at least
};

/// Throws ShapeError for images that cannot be encoded.
AgentSize agent_size(const AgentConfig& config, const model::WorldModelConfig& world_model,
                     const std::vector<env::SensorSpec>& sensors, int64_t action_size);

}  // namespace vrkn::agent
