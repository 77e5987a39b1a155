#include "vrkn/math/kalman.h"

#include <vector>

#include <ATen/ATen.h>

namespace vrkn::math {

using at::Tensor;

DiagonalGaussian predict(const DiagonalGaussian& posterior, const LinearDynamics& dynamics) {
  const auto& [A, b, Q] = dynamics;
  return {at::addcmul(b, A, posterior.mean), at::addcmul(Q, A * A, posterior.var)};
}

DiagonalGaussian conditional(const LinearDynamics& dynamics, const Tensor& state) {
  return {at::addcmul(dynamics.offset, dynamics.factor, state), dynamics.var};
}

DiagonalGaussian update(const DiagonalGaussian& prior, const Tensor& obs, const Tensor& obs_var, const Tensor& valid) {
  const Tensor K = prior.var / (prior.var + obs_var) * valid;
  const Tensor mean = at::addcmul(prior.mean, K, obs - prior.mean);
  const Tensor var = at::addcmul((1.0 - K).square() * prior.var, K.square(), obs_var);
  return {mean, var};
}

DiagonalGaussian innovation(const DiagonalGaussian& prior, const Tensor& obs, const Tensor& obs_var) {
  return {obs - prior.mean, prior.var + obs_var};
}

Tensor normalised_innovation_squared(const DiagonalGaussian& innovation) {
  return (innovation.mean.square() / innovation.var).mean(-1);
}

Smoothed smooth(const DiagonalGaussian& posterior, const DiagonalGaussian& prior, const LinearDynamics& dynamics) {
  const int64_t T = posterior.mean.size(1);
  const Tensor m = posterior.mean.narrow(1, 0, T - 1), P = posterior.var.narrow(1, 0, T - 1);
  const Tensor next_prior_mean = prior.mean.narrow(1, 1, T - 1), next_prior_var = prior.var.narrow(1, 1, T - 1);
  const auto& [A, b, Q] = dynamics;

  // Both recursions are linear, x_t = a_t + c_t x_{t+1}: everything but that runs once for the whole sequence.
  const Tensor share = P / next_prior_var;
  const Tensor C = share * A;
  const Tensor backward_var = share * Q;
  const auto mean_a = at::addcmul(m, C, next_prior_mean, -1).unbind(1), mean_c = C.unbind(1);
  const auto var_a = backward_var.unbind(1), var_c = C.square().unbind(1);

  std::vector<Tensor> mean(T), var(T);
  mean[T - 1] = posterior.mean.select(1, T - 1);
  var[T - 1] = posterior.var.select(1, T - 1);
  for (int64_t t = T - 2; t >= 0; --t) {
    mean[t] = at::addcmul(mean_a[t], mean_c[t], mean[t + 1]);
    var[t] = at::addcmul(var_a[t], var_c[t], var[t + 1]);
  }
  return {{at::stack(mean, 1), at::stack(var, 1)}, C, backward_var};
}

DiagonalGaussian smoothed_dynamics(const Smoothed& smoothed, const Tensor& state) {
  const auto& [belief, C, backward_var] = smoothed;
  const int64_t steps = belief.mean.size(1) - 1;
  const Tensor ratio = belief.var.narrow(1, 1, steps) / belief.var.narrow(1, 0, steps);
  const Tensor deviation = state - belief.mean.narrow(1, 0, steps);
  return {at::addcmul(belief.mean.narrow(1, 1, steps), C * ratio, deviation), ratio * backward_var};
}

}  // namespace vrkn::math
