#include "vrkn/model/objective.h"

#include <ATen/ATen.h>

namespace vrkn {

at::Tensor bound_loss(const BoundTerms& terms, const ObjectiveConfig& config, double initial_kl_weight) {
  at::Tensor bound = terms.reward_log_prob * config.reward_weight;
  for (const at::Tensor& log_prob : terms.sensor_log_probs) bound = bound + log_prob * config.sensor_weight;
  const at::Tensor kl = (terms.kl - config.free_nats).clamp_min(0.0);
  at::Tensor kl_weight = at::ones({kl.size(1)}, kl.options());
  kl_weight[0] = initial_kl_weight;
  return (kl * kl_weight - bound).mean();
}

}  // namespace vrkn
