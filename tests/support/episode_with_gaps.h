#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/data/episode.h"
#include "vrkn/model/world_model.h"

namespace vrkn {

/// Two vectors, for models that are asked what they expected of an episode.
inline const std::vector<env::SensorSpec> kTwoSensors{{"state", env::SensorKind::kVector, {2}},
                                                      {"position", env::SensorKind::kVector, {1}}};

/// A world model that senses them, with its first weights.
inline std::shared_ptr<model::WorldModel> two_sensor_model(const model::ModelConfig& model,
                                                           model::ObjectiveConfig objective = {}) {
  math::TensorGenerator rng(1);
  model::WorldModelConfig config{
      .model = model, .networks = {.vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1}};
  config.objective = std::move(objective);
  auto made = std::make_shared<model::WorldModel>(kTwoSensors, 1, config, rng);
  made->set_statistics({{at::zeros({2}), at::ones({2})}, {at::zeros({1}), at::ones({1})}});
  return made;
}

/// An episode of `length` steps, above 7: the position is missing at step 4, everything at step 7.
inline data::Episode episode_with_gaps(int64_t length) {
  math::TensorGenerator rng(2);
  at::Tensor state_valid = at::ones({length}, at::kBool), position_valid = state_valid.clone();
  state_valid[7] = false;
  position_valid[4] = false;
  position_valid[7] = false;
  return {.observations = {{rng.normal({length, 2}), state_valid}, {rng.normal({length, 1}), position_valid}},
          .actions = rng.uniform({length, 1}),
          .rewards = rng.uniform({length}),
          .discounts = at::ones({length})};
}

}  // namespace vrkn
