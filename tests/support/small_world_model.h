#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "vrkn/data/batch.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/model/model_config.h"

namespace vrkn {

/// Sensors "image" [3, 16, 16] and "state" [3].
inline std::vector<env::SensorSpec> small_sensors(bool masked = false) {
  return {{"image", env::SensorKind::kImage, {3, 16, 16}, masked}, {"state", env::SensorKind::kVector, {3}}};
}

inline model::WorldModelConfig small_world_model(int64_t latent_dim = 8) {
  return {
      .model = model::VrknConfig{.latent_dim = latent_dim, .hidden_dim = 16},
      .networks = {.image_depth = 2, .vector_hidden = 16, .vector_layers = 1, .reward_hidden = 16, .reward_layers = 1}};
}

struct RandomBatch {
  int64_t B = 2, T = 4;
  double images = 1.0, states = 1.0;  ///< with which probability there is a reading
  bool masked = false;
};

/// Random readings of small_sensors(), with actions of size 2.
inline data::Batch random_batch(uint64_t seed, const RandomBatch& how = {}) {
  math::TensorGenerator rng(seed);
  const auto& [B, T, images, states, masked] = how;
  const auto flags = [&](double probability) {
    return probability < 1.0 ? rng.uniform({B, T}) < probability : at::ones({B, T}, at::kBool);
  };
  return {.observations = {{(rng.uniform({B, T, 3, 16, 16}) * 255).to(at::kByte), flags(images),
                            masked ? rng.uniform({B, T, 16, 16}) < 0.5 : at::Tensor()},
                           {rng.normal({B, T, 3}), flags(states)}},
          .actions = rng.normal({B, T, 2}),
          .rewards = rng.uniform({B, T, 1})};
}

}  // namespace vrkn
