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
#include "vrkn/model/observation_noise.h"
#include "vrkn/model/state_space_model.h"
#include "vrkn/nn/mlp.h"

namespace vrkn::model {

/// A state space model with an encoder and a decoder for every sensor and a decoder for the reward.
class WorldModel : public torch::nn::Module {
 public:
  /// All weights are drawn from `rng`. Throws ConfigError without a sensor, for a bad noise or weight, and for a choice
  /// of a sensor that is not there; and what make_model and make_codec throw.
  WorldModel(std::vector<env::SensorSpec> sensors, int64_t action_size, const WorldModelConfig& config,
             math::TensorGenerator& rng);

  /// Around any state space model, such as one of the user's own. Throws as the first, and ConfigError when the factory
  /// has no feature size or makes nothing.
  WorldModel(std::vector<env::SensorSpec> sensors, int64_t action_size, const ModelFactory& dynamics,
             const NetworksConfig& networks, const ObjectiveConfig& objective, math::TensorGenerator& rng);

  /// Mean and spread of each sensor, by which readings are normalised; to be set before learning. Throws ShapeError
  /// unless there is one entry for each sensor.
  void set_statistics(const std::vector<data::SensorStatistics>& statistics);

  /// Embeddings of observations with any leading axes, on this model's device. Throws ShapeError when they do not fit
  /// the sensors.
  SensorEmbeddings encode(const data::Observations& observations, math::TensorGenerator& rng);

  /// The loss of a batch, and what led to it.
  struct LossPass {
    Inference inference;
    ElboTerms terms;
    /// What learn_noise learns from, per sensor that is reconstructed, then of the reward:
    /// ObservationNoise::Likelihood, and which of the B * T readings count.
    std::vector<at::Tensor> squared_errors, counts;
    at::Tensor loss;  ///< [] minus the weighted bound
  };
  /// Encodes, infers, decodes and compares. Encoders and decoders run once on all B * T steps; images of a masked
  /// sensor are compared where they are visible. Throws ShapeError when the batch does not fit the sensors.
  LossPass compute_loss(const data::Batch& batch, Sampling sampling);

  /// Moves the learned variances of the noise to what a pass found. Once per update, after `compute_loss`.
  void learn_noise(const LossPass& pass);
  /// From now on the noise is learned from the errors in all processes; `mean` as in Adam::all_reduce_gradients.
  void share_noise(std::function<void(at::Tensor& sums)> mean) { mean_over_processes_ = std::move(mean); }

  /// Whether the loss reconstructs what the sensors read. Where it does not, with all sensors' weights 0, no decoder of
  /// a sensor runs in `compute_loss`, and none of them learns.
  bool reconstructs() const { return reconstructs_; }
  /// Whether the loss has the reward's log-likelihood: its weight is not 0.
  bool learns_reward() const { return objective_.reward_weight != 0.0; }

  /// The variance of the likelihoods around the means that the decoders give, network units: [], or [size] where every
  /// element of a vector has its own. Up to a constant, weighting a Gaussian log-likelihood by w equals dividing its
  /// variance by w, so a fixed variance is given divided by the sensor's weight, infinite for weight 0. A learned
  /// variance does not depend on the weight. Throws std::out_of_range for a number that no sensor has.
  at::Tensor sensor_var(size_t sensor) const;
  /// The same of the reward: [].
  at::Tensor reward_var() const;
  /// The learned standard deviations: names and values [], means over the elements of a vector.
  std::vector<std::pair<std::string, at::Tensor>> learned_noise() const;

  /// The mean reward that features [..., F] predict: [...].
  at::Tensor predict_reward(const at::Tensor& features);

  /// What features [N, F] say that sensor `sensor` reads, as raw readings [N, ...]. Throws std::out_of_range for a
  /// number that no sensor has.
  at::Tensor reconstruct(size_t sensor, const at::Tensor& features);

  /// Network values of each sensor, leading axes flattened: [N, ...]. What its decoder is compared with. Throws as
  /// encode.
  std::vector<at::Tensor> normalise(const data::Observations& observations, math::TensorGenerator& rng) const;

  /// The state space model.
  StateSpaceModel& dynamics() { return *dynamics_; }
  /// The codec of a sensor. Throws std::out_of_range for a number that no sensor has.
  Codec& codec(size_t sensor) { return *codecs_.at(sensor); }
  /// What it was made for: the sensors, and the number of actions A.
  const std::vector<env::SensorSpec>& sensors() const { return sensors_; }
  int64_t action_size() const { return action_size_; }

 private:
  SensorEmbeddings encode_values(const std::vector<at::Tensor>& values, const data::Observations& observations);
  /// Log-likelihood of a sensor's targets [N, ...] given features [N, F]: [B, T], 0 where it was not valid.
  ObservationNoise::Likelihood sensor_likelihood(size_t sensor, const at::Tensor& features, const at::Tensor& targets,
                                                 const data::Readings& readings);

  std::vector<env::SensorSpec> sensors_;
  int64_t action_size_;
  ObjectiveConfig objective_;
  double initial_kl_weight_;
  std::vector<double> sensor_weights_;
  bool reconstructs_ = false;
  std::function<void(at::Tensor& sums)> mean_over_processes_;
  std::vector<std::shared_ptr<ObservationNoise>> noises_;  // of every sensor, then of the reward
  std::vector<std::shared_ptr<Codec>> codecs_;
  std::shared_ptr<StateSpaceModel> dynamics_;
  nn::Mlp reward_{nullptr};
};

}  // namespace vrkn::model
