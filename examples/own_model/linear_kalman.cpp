#include "linear_kalman.h"

namespace {

at::Tensor step_of(const at::Tensor& sequence, int64_t t) {
  return sequence.select(1, t);
}

at::Tensor in_time(const std::vector<vrkn::DiagonalGaussian>& steps, at::Tensor vrkn::DiagonalGaussian::*part) {
  std::vector<at::Tensor> parts;
  for (const vrkn::DiagonalGaussian& step : steps) parts.push_back(step.*part);
  return torch::stack(parts, 1);
}

vrkn::DiagonalGaussian in_time(const std::vector<vrkn::DiagonalGaussian>& steps) {
  return {in_time(steps, &vrkn::DiagonalGaussian::mean), in_time(steps, &vrkn::DiagonalGaussian::var)};
}

vrkn::DiagonalGaussian prepend(const vrkn::DiagonalGaussian& first, const vrkn::DiagonalGaussian& rest) {
  return {torch::cat({first.mean.unsqueeze(1), rest.mean}, 1), torch::cat({first.var.unsqueeze(1), rest.var}, 1)};
}

}  // namespace

vrkn::Inference LinearKalman::infer(const vrkn::SensorEmbeddings& embeddings, const at::Tensor& actions,
                                    vrkn::Sampling sampling) {
  // Filter forwards, with the same two steps as when acting.
  const int64_t T = actions.size(1);
  std::vector<vrkn::DiagonalGaussian> priors, posteriors;
  vrkn::Belief belief = initial(actions.size(0), sampling);
  for (int64_t t = 0; t < T; ++t) {
    if (t > 0) belief = predict(belief, step_of(actions, t), sampling);
    priors.push_back(belief.moments());
    vrkn::SensorEmbeddings now;
    for (const at::Tensor& embedding : embeddings.values) now.values.push_back(step_of(embedding, t));
    for (const at::Tensor& valid : embeddings.valid) now.valid.push_back(step_of(valid, t));
    belief = update(belief, now, sampling);
    posteriors.push_back(belief.moments());
  }

  // Smooth backwards. The bound compares q(z_t | z_{t-1}, all observations) with p(z_t | z_{t-1}, a) at one sample.
  const vrkn::LinearDynamics steps = dynamics(actions.narrow(1, 1, T - 1));
  const vrkn::Smoothed smoothed = vrkn::smooth(in_time(posteriors), in_time(priors), steps);
  vrkn::Inference inference;
  inference.posterior = sampled(in_time(posteriors), sampling);
  inference.belief = sampled(smoothed.belief, sampling);
  const at::Tensor previous = inference.belief.sample.narrow(1, 0, T - 1);
  const vrkn::DiagonalGaussian first{step_of(smoothed.belief.mean, 0), step_of(smoothed.belief.var, 0)};
  inference.inferred = prepend(first, vrkn::smoothed_dynamics(smoothed, previous));
  inference.predicted = prepend(priors.front(), vrkn::conditional(steps, previous));
  return inference;
}
