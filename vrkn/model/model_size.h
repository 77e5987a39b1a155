#pragma once

#include <cstdint>
#include <vector>

#include "vrkn/env/spec.h"
#include "vrkn/model/model_config.h"

namespace vrkn::model {

/// How large a network is. Doubles: sizes that no machine has must not overflow.
struct NetworkSize {
  double parameters = 0.0;
  double outputs = 0.0;  ///< numbers that its layers make of one row, all of which a backward pass needs

  NetworkSize& operator+=(const NetworkSize& other) {
    parameters += other.parameters;
    outputs += other.outputs;
    return *this;
  }
};

/// F, the size of the features, as feature_size (model_config.h).
double feature_count(const ModelConfig& config);

/// nn::Mlp with these sizes.
NetworkSize mlp_size(double input, int64_t hidden, int64_t layers, int64_t output);

/// One step of the prediction of a state space model, the belief it ends in included.
NetworkSize transition_size(const ModelConfig& config, int64_t action_size);

/// A world model before it is made: exactly its parameters, and at least the numbers of one step of a sequence that the
/// gradients of its bound need. Throws ShapeError for images that cannot be encoded.
NetworkSize world_model_size(const WorldModelConfig& config, const std::vector<env::SensorSpec>& sensors,
                             int64_t action_size);

}  // namespace vrkn::model
