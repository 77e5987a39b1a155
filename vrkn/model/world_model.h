#pragma once

#include <memory>
#include <vector>

#include <torch/nn/module.h>

#include "vrkn/data/batch.h"
#include "vrkn/data/statistics.h"
#include "vrkn/env/spec.h"
#include "vrkn/model/codec.h"
#include "vrkn/model/make_model.h"
#include "vrkn/model/model_config.h"
#include "vrkn/model/objective.h"
#include "vrkn/model/state_space_model.h"
#include "vrkn/nn/mlp.h"

namespace vrkn {

/// A state space model with an encoder and a decoder for every sensor and a decoder for the reward.
class WorldModel : public torch::nn::Module {
 public:
  /// All weights are drawn from `rng`.
  WorldModel(std::vector<SensorSpec> sensors, int64_t action_size, const WorldModelConfig& config, Rng& rng);

  /// Around any state space model, such as one of the user's own. Throws ConfigError when the factory has no feature
  /// size or makes nothing.
  WorldModel(std::vector<SensorSpec> sensors, int64_t action_size, const ModelFactory& dynamics,
             const NetworksConfig& networks, const ObjectiveConfig& objective, Rng& rng);

  /// How the sensors scatter, one entry per sensor; to be set before learning.
  void set_statistics(const std::vector<SensorStatistics>& statistics);

  /// Embeddings of observations with any leading axes, on this model's device.
  Evidence encode(const Observations& observations, Rng& rng);

  /// What one pass over a batch yields.
  struct Pass {
    Inference inference;
    BoundTerms terms;
    at::Tensor loss;  ///< [] minus the weighted bound
  };
  /// Encodes, infers, decodes and compares. Encoders and decoders run once on all B * T steps; images of a masked
  /// sensor are compared where they are visible. Throws ShapeError when the batch does not fit the sensors.
  Pass evaluate(const Batch& batch, Sampling sampling);

  /// Whether the loss reconstructs what the sensors read. Where it does not, with a sensor_weight of 0, no decoder of a
  /// sensor runs in `evaluate`, and none of them learns.
  bool reconstructs() const { return objective_.sensor_weight != 0.0; }
  bool learns_reward() const { return objective_.reward_weight != 0.0; }

  /// The variance of the likelihoods around the means that the decoders give, network units. A unit-variance Gaussian's
  /// log density counted w times is, but for a constant, that of variance 1 / w: the weight of a sensor or of the
  /// reward says how precise it is taken to be. Infinity for weight 0.
  double sensor_var() const { return 1.0 / objective_.sensor_weight; }
  double reward_var() const { return 1.0 / objective_.reward_weight; }

  /// The mean reward that features [..., F] predict: [...].
  at::Tensor predict_reward(const at::Tensor& features);

  /// What features [N, F] say that sensor `sensor` reads, as raw readings [N, ...].
  at::Tensor reconstruct(size_t sensor, const at::Tensor& features);

  /// Network values of each sensor, leading axes flattened: [N, ...]. What its decoder is compared with.
  std::vector<at::Tensor> normalise(const Observations& observations, Rng& rng) const;

  StateSpaceModel& dynamics() { return *dynamics_; }
  Codec& codec(size_t sensor) { return *codecs_.at(sensor); }
  const std::vector<SensorSpec>& sensors() const { return sensors_; }
  int64_t action_size() const { return action_size_; }

 private:
  Evidence encode_values(const std::vector<at::Tensor>& values, const Observations& observations);
  /// How likely features [N, F] make the targets [N, ...] of a sensor: [B, T], 0 where it was not valid.
  at::Tensor sensor_log_prob(size_t sensor, const at::Tensor& features, const at::Tensor& targets,
                             const Readings& readings);

  std::vector<SensorSpec> sensors_;
  int64_t action_size_;
  ObjectiveConfig objective_;
  double initial_kl_weight_;
  std::vector<std::shared_ptr<Codec>> codecs_;
  std::shared_ptr<StateSpaceModel> dynamics_;
  Mlp reward_{nullptr};
};

}  // namespace vrkn
