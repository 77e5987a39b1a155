#include "vrkn/model/vrkn/vrkn.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/math/activation.h"
#include "vrkn/math/kalman.h"
#include "vrkn/nn/affine.h"
#include "vrkn/nn/fused.h"
#include "vrkn/nn/fused_smoother.h"

namespace vrkn::model {

using at::Tensor;

namespace {

/// A list of moments over time, stacked at the end.
struct MomentsInTime {
  std::vector<Tensor> mean, var;

  void push_back(const math::DiagonalGaussian& moments) {
    mean.push_back(moments.mean);
    var.push_back(moments.var);
  }
  math::DiagonalGaussian stacked() const { return {at::stack(mean, 1), at::stack(var, 1)}; }
};

}  // namespace

Vrkn::Vrkn(VrknConfig config_, std::vector<int64_t> embedding_sizes_, int64_t action_size_)
    : config(std::move(config_)), embedding_sizes(std::move(embedding_sizes_)), action_size(action_size_) {
  const int64_t Z = config.latent_dim;
  for (size_t s = 0; s < embedding_sizes.size(); ++s) {
    const std::string sensor = std::to_string(s);
    mean_heads_.push_back(register_module("mean_head" + sensor, torch::nn::Linear(embedding_sizes[s], Z)));
    var_heads_.push_back(register_module("var_head" + sensor, torch::nn::Linear(embedding_sizes[s], Z)));
  }
  initial_var_raw_ = register_parameter("initial_var_raw", at::zeros({Z}));
  transition_ = register_module("transition", VrknTransition(config, action_size));
}

math::DiagonalGaussian Vrkn::initial_moments(int64_t batch) const {
  const Tensor var = math::floored_softplus(initial_var_raw_, /*floor=*/0.001, /*at_zero=*/1.0);
  return {at::zeros({batch, config.latent_dim}, var.options()), var.expand({batch, config.latent_dim})};
}

std::vector<Vrkn::LatentObservation> Vrkn::observe(const SensorEmbeddings& embeddings) {
  std::vector<LatentObservation> observations;
  for (size_t s = 0; s < embeddings.values.size(); ++s) {
    const Tensor& embedding = embeddings.values[s];
    observations.push_back(
        {.mean = nn::affine(embedding, mean_heads_[s]),
         .var = math::floored_softplus(nn::affine(embedding, var_heads_[s]), /*floor=*/0.01, /*at_zero=*/1.0),
         .valid = embeddings.valid[s]});
  }
  return observations;
}

bool Vrkn::fuses(const Tensor& tensor) const {
  return config.fused && nn::can_fuse(tensor);
}

nn::PredictedStep Vrkn::propagate(const Tensor& raw, const math::DiagonalGaussian& posterior) const {
  if (fuses(raw)) return nn::fused_predict(raw, posterior, kTransitionRanges);
  const math::LinearDynamics dynamics = bounded_dynamics(raw);
  return {dynamics, vrkn::math::predict(posterior, dynamics)};
}

math::DiagonalGaussian Vrkn::update_with(const math::DiagonalGaussian& prior, const Tensor& mean, const Tensor& var,
                                         const Tensor& valid) const {
  return fuses(prior.mean) ? nn::fused_update(prior, mean, var, valid) : vrkn::math::update(prior, mean, var, valid);
}

Belief Vrkn::initial(int64_t batch, Sampling sampling) {
  const math::DiagonalGaussian initial = initial_moments(batch);
  return {initial.mean, initial.var, math::sample(initial, sampling.rng.normal_like(initial.mean)), {}};
}

Belief Vrkn::predict(const Belief& belief, const Tensor& action, Sampling sampling) {
  const TransitionMasks masks = transition_->dropout.for_step(belief, sampling);
  const Tensor raw = transition_->forward(belief.mean, transition_->embed(action), transition_->layers(), masks);
  const Tensor noise = sampling.rng.normal_like(belief.sample);
  if (fuses(belief.mean)) {
    const auto [prior, z] = nn::fused_imagine(raw, belief.moments(), belief.sample, noise, kTransitionRanges);
    return {prior.mean, prior.var, z, {}, transition_->dropout.carried(masks)};
  }
  const math::LinearDynamics dynamics = bounded_dynamics(raw);
  const math::DiagonalGaussian prior = vrkn::math::predict(belief.moments(), dynamics);
  const Tensor z = math::sample(math::conditional(dynamics, belief.sample), noise);
  return {prior.mean, prior.var, z, {}, transition_->dropout.carried(masks)};
}

Belief Vrkn::update(const Belief& prior, const SensorEmbeddings& embeddings, Sampling sampling) {
  math::DiagonalGaussian posterior = prior.moments();
  for (const auto& [mean, var, valid] : observe(embeddings)) posterior = update_with(posterior, mean, var, valid);
  const Tensor z = math::sample(posterior, sampling.rng.normal_like(posterior.mean));
  return {posterior.mean, posterior.var, z, {}, prior.masks};
}

TransitionMasks Vrkn::draw_masks(const Belief& belief, Sampling sampling) const {
  return transition_->dropout.for_step(new_chain(belief), sampling);
}

std::vector<math::DiagonalGaussian> Vrkn::innovations(const Belief& prior, const SensorEmbeddings& embeddings) {
  std::vector<math::DiagonalGaussian> innovations;
  for (const LatentObservation& seen : observe(embeddings)) {
    innovations.push_back(math::innovation(prior.moments(), seen.mean, seen.var));
  }
  return innovations;
}

Inference Vrkn::infer(const SensorEmbeddings& embeddings, const Tensor& actions, Sampling sampling) {
  const int64_t B = actions.size(0), T = actions.size(1);
  // All that does not depend on the belief runs once for the sequence: observations, actions, dropout masks.
  struct SensorInTime {
    std::vector<Tensor> mean, var, valid;
  };
  std::vector<SensorInTime> sensors;
  for (const auto& [mean, var, valid] : observe(embeddings)) {
    sensors.push_back({mean.unbind(1), var.unbind(1), valid.unbind(1)});
  }
  const auto embedded_actions = transition_->embed(actions).unbind(1);
  const VrknTransitionImpl::Layers layers = transition_->layers();
  const TransitionMasks masks = transition_->dropout.for_sequences(actions, sampling);

  // Filter forwards.
  const math::DiagonalGaussian initial = initial_moments(B);
  MomentsInTime priors, posteriors;
  std::vector<Tensor> factor, offset, process_var;
  math::DiagonalGaussian prior = initial, posterior;
  for (int64_t t = 0; t < T; ++t) {
    if (t > 0) {
      const auto [step, predicted] =
          propagate(transition_->forward(posterior.mean, embedded_actions[t], layers, at_step(masks, t)), posterior);
      prior = predicted;
      factor.push_back(step.factor);
      offset.push_back(step.offset);
      process_var.push_back(step.var);
    }
    posterior = prior;
    for (const SensorInTime& sensor : sensors) {
      posterior = update_with(posterior, sensor.mean[t], sensor.var[t], sensor.valid[t]);
    }
    priors.push_back(prior);
    posteriors.push_back(posterior);
  }

  Inference inference;
  const math::DiagonalGaussian filtered = posteriors.stacked();
  inference.posterior = {
      filtered.mean, filtered.var, math::sample(filtered, sampling.rng.normal_like(filtered.mean)), {}};
  if (T == 1) {
    inference.belief = inference.posterior;
    inference.inferred = filtered;
    inference.predicted = priors.stacked();
    return inference;
  }

  // Smooth backwards; one sample of the smoothed belief is decoded and is the point at which q and p are compared.
  const math::LinearDynamics dynamics{at::stack(factor, 1), at::stack(offset, 1), at::stack(process_var, 1)};
  const Tensor noise = sampling.rng.normal_like(filtered.mean);
  const nn::SmoothedStates smoothed = fuses(noise) ? nn::fused_smooth(filtered, priors.stacked(), dynamics, noise)
                                                   : nn::smoothed_states(filtered, priors.stacked(), dynamics, noise);
  inference.belief = {smoothed.belief.mean, smoothed.belief.var, smoothed.state, {}};
  inference.inferred = smoothed.inferred;
  inference.predicted = smoothed.predicted;
  return inference;
}

}  // namespace vrkn::model
