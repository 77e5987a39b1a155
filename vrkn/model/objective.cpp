#include "vrkn/model/objective.h"

#include <ATen/ATen.h>

namespace vrkn::model {

at::Tensor negative_elbo(const ElboTerms& terms, const ObjectiveConfig& config,
                         const std::vector<double>& sensor_weights, double initial_kl_weight) {
  at::Tensor bound = terms.reward_log_prob * config.reward_weight;
  for (size_t s = 0; s < terms.sensor_log_probs.size(); ++s)
    bound = bound + terms.sensor_log_probs[s] * sensor_weights[s];
  const auto above_free_nats = [&](const at::Tensor& kl) { return (kl - config.free_nats).clamp_min(0.0); };
  at::Tensor kl = above_free_nats(terms.kl);
  if (config.representation_weight != 1.0) kl = kl * config.representation_weight;
  if (terms.dynamics_kl.defined()) {
    kl = kl + above_free_nats(terms.dynamics_kl) * (config.dynamics_weight - config.representation_weight);
  }
  at::Tensor step_weight = at::ones({kl.size(1)}, kl.options());
  step_weight[0] = initial_kl_weight;
  const at::Tensor loss = (kl * step_weight - bound).mean();
  if (!terms.overshooting_kl.defined()) return loss;
  return loss + above_free_nats(terms.overshooting_kl).mean() * config.overshooting_weight;
}

}  // namespace vrkn::model
