#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "vrkn/model/model_config.h"
#include "vrkn/model/state_space_model.h"

namespace vrkn::model {

/// The state space model that `config` names, for sensors with embeddings of these sizes. Throws ConfigError for an
/// unknown nonlinearity.
std::shared_ptr<StateSpaceModel> make_model(const ModelConfig& config, std::vector<int64_t> embedding_sizes,
                                            int64_t action_size);

/// How a state space model is made, with what has to be known of it before: decoders are built for its features, and
/// the model itself for the embeddings of the encoders. Users plug in their own model with one of these.
struct ModelFactory {
  int64_t feature_size = 0;        ///< F, >= 1
  double initial_kl_weight = 1.0;  ///< of the first step's KL in the bound
  std::function<std::shared_ptr<StateSpaceModel>(std::vector<int64_t> embedding_sizes, int64_t action_size)> make;
};

/// The factory of the model that `config` names. What it makes throws as make_model.
ModelFactory model_factory(const ModelConfig& config);

}  // namespace vrkn::model
