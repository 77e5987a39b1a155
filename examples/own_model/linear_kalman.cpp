#include "linear_kalman.h"

namespace {

at::Tensor step_of(const at::Tensor& sequence, int64_t t) {
  return sequence.select(1, t);
}

at::Tensor in_time(const std::vector<vrkn::math::DiagonalGaussian>& steps,
                   at::Tensor vrkn::math::DiagonalGaussian::*part) {
  std::vector<at::Tensor> parts;
  for (const vrkn::math::DiagonalGaussian& step : steps) parts.push_back(step.*part);
  return torch::stack(parts, 1);
}

vrkn::math::DiagonalGaussian in_time(const std::vector<vrkn::math::DiagonalGaussian>& steps) {
  return {in_time(steps, &vrkn::math::DiagonalGaussian::mean), in_time(steps, &vrkn::math::DiagonalGaussian::var)};
}

vrkn::math::DiagonalGaussian prepend(const vrkn::math::DiagonalGaussian& first,
                                     const vrkn::math::DiagonalGaussian& rest) {
  return {torch::cat({first.mean.unsqueeze(1), rest.mean}, 1), torch::cat({first.var.unsqueeze(1), rest.var}, 1)};
}

}  // namespace

vrkn::model::Inference LinearKalman::infer(const vrkn::model::SensorEmbeddings& embeddings, const at::Tensor& actions,
                                           vrkn::model::Sampling sampling) {
  // Filter forwards, with the same two steps as when acting.
  const int64_t T = actions.size(1);
  std::vector<vrkn::math::DiagonalGaussian> priors, posteriors;
  vrkn::model::Belief belief = initial(actions.size(0), sampling);
  for (int64_t t = 0; t < T; ++t) {
    if (t > 0) belief = predict(belief, step_of(actions, t), sampling);
    priors.push_back(belief.moments());
    vrkn::model::SensorEmbeddings now;
    for (const at::Tensor& embedding : embeddings.values) now.values.push_back(step_of(embedding, t));
    for (const at::Tensor& valid : embeddings.valid) now.valid.push_back(step_of(valid, t));
    belief = update(belief, now, sampling);
    posteriors.push_back(belief.moments());
  }

  // Smooth backwards. The bound compares q(z_t | z_{t-1}, all observations) with p(z_t | z_{t-1}, a) at one sample.
  const vrkn::math::LinearDynamics steps = dynamics(actions.narrow(1, 1, T - 1));
  const vrkn::math::Smoothed smoothed = vrkn::math::smooth(in_time(posteriors), in_time(priors), steps);
  vrkn::model::Inference inference;
  inference.posterior = sampled(in_time(posteriors), sampling);
  inference.belief = sampled(smoothed.belief, sampling);
  const at::Tensor previous = inference.belief.sample.narrow(1, 0, T - 1);
  const vrkn::math::DiagonalGaussian first{step_of(smoothed.belief.mean, 0), step_of(smoothed.belief.var, 0)};
  inference.inferred = prepend(first, vrkn::math::smoothed_dynamics(smoothed, previous));
  inference.predicted = prepend(priors.front(), vrkn::math::conditional(steps, previous));
  return inference;
}
