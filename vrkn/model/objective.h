#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/model/model_config.h"

namespace vrkn::model {

/// The terms of the evidence lower bound (Eq. 3), each per sequence and step [B, T].
struct ElboTerms {
  std::vector<at::Tensor> sensor_log_probs;  ///< per sensor, 0 where it was not valid; none when all weigh 0
  at::Tensor reward_log_prob;                ///< [B, T]
  at::Tensor kl;                             ///< nats, summed over latent dimensions
  /// The same number, with gradient to the prediction alone; undefined where dynamics and representation weigh the
  /// same.
  at::Tensor dynamics_kl = {};
  /// Of predictions several steps ahead (vrkn/model/overshooting.h), of any sizes; undefined where the distance is 1.
  at::Tensor overshooting_kl = {};
};

/// Minus the weighted bound per step: [], the mean over the batch of
///
///   representation_weight k(kl) + (dynamics_weight - representation_weight) k(dynamics_kl)
///     - reward_weight reward_log_prob - sum of sensor_weights[s] sensor_log_probs[s]
///
/// with k(KL) = max(KL - free_nats, 0). The first step's KLs are multiplied by `initial_kl_weight`, which the model
/// chooses. Unequal weights are KL balancing (Hafner et al. 2021, Algorithm 2). Overshooting adds overshooting_weight
/// times the mean of k(overshooting_kl). `sensor_weights`: one for every sensor.
at::Tensor negative_elbo(const ElboTerms& terms, const ObjectiveConfig& config,
                         const std::vector<double>& sensor_weights, double initial_kl_weight);

}  // namespace vrkn::model
