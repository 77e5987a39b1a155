#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/model/model_config.h"

namespace vrkn::model {

/// The terms of the evidence lower bound (Eq. 3), each per sequence and step [B, T].
struct ElboTerms {
  std::vector<at::Tensor> sensor_log_probs;  ///< per sensor, 0 where it was not valid; none when all weigh 0
  at::Tensor reward_log_prob;
  at::Tensor kl;  ///< nats, summed over latent dimensions
  /// The same number, with gradient to the prediction alone; undefined where dynamics and representation weigh the
  /// same.
  at::Tensor dynamics_kl = {};
  /// Of predictions several steps ahead (vrkn/model/overshooting.h), of any sizes; undefined where the distance is 1.
  at::Tensor overshooting_kl = {};
};

/// Minus the weighted bound per step, averaged over the batch: []. From every step's KL `free_nats` are subtracted, not
/// below zero; the first step's has a weight of its own, which the model chooses. Overshooting adds the weighted mean
/// of its KLs, each without the free nats.
at::Tensor negative_elbo(const ElboTerms& terms, const ObjectiveConfig& config,
                         const std::vector<double>& sensor_weights, double initial_kl_weight);

}  // namespace vrkn::model
