#include "vrkn/model/rssm/rssm.h"

#include <ATen/ATen.h>

#include "vrkn/model/rssm/embeddings_product.h"
#include "vrkn/nn/affine.h"

namespace vrkn::model {

using at::Tensor;

namespace {

/// The embeddings of one step as sequences of length 1.
SensorEmbeddings as_sequences(const SensorEmbeddings& embeddings) {
  SensorEmbeddings sequences;
  for (const Tensor& embedding : embeddings.values) sequences.values.push_back(embedding.unsqueeze(1));
  for (const Tensor& valid : embeddings.valid) sequences.valid.push_back(valid.unsqueeze(1));
  return sequences;
}

/// What the posterior reads where there is no deterministic path.
Tensor side_by_side(const MeanAndStd& prior) {
  return at::cat({prior.mean, prior.std}, -1);
}

/// Mean and deviation over time, stacked at the end.
struct MeanAndStdInTime {
  std::vector<Tensor> mean, std;

  void push_back(const MeanAndStd& step) {
    mean.push_back(step.mean);
    std.push_back(step.std);
  }
  MeanAndStd stacked() const { return {at::stack(mean, 1), at::stack(std, 1)}; }
};

/// [T, B, ...] -> [B, T, ...], or nothing.
TransitionMasks batch_first(const TransitionMasks& masks) {
  if (!masks.defined()) return {};
  return {masks.input.transpose(0, 1), masks.gate.transpose(0, 1), masks.hidden.transpose(0, 1)};
}

}  // namespace

Rssm::Rssm(RssmConfig config_, std::vector<int64_t> embedding_sizes_, int64_t action_size_)
    : config(std::move(config_)), embedding_sizes(std::move(embedding_sizes_)), action_size(action_size_) {
  const int64_t Z = config.stochastic_dim, H = config.hidden_dim;
  transition_ = register_module("transition", RssmTransition(config, action_size));
  int64_t embedding_size = embeddings_size(embedding_sizes);
  if (config.smoother_dim > 0) {
    smoother_ = register_module("smoother", RssmSmoother(config, embedding_sizes));
    embedding_size = config.smoother_dim;
  }
  posterior_input_ = register_module("posterior_input", torch::nn::Linear(context_size() + embedding_size, H));
  posterior_output_ = register_module("posterior_output", torch::nn::Linear(H, 2 * Z));
}

Belief Rssm::initial(int64_t batch, Sampling sampling) {
  const auto options = posterior_input_->bias.options().requires_grad(false);
  const Tensor state = at::zeros({batch, config.stochastic_dim}, options);
  const Tensor memory = at::zeros({batch, config.deterministic_dim}, options);
  return predict({state, state, state, memory}, at::zeros({batch, action_size}, options), sampling);
}

Belief Rssm::predict(const Belief& belief, const Tensor& action, Sampling sampling) {
  const TransitionMasks masks = transition_->dropout.for_step(belief, sampling);
  const Tensor context =
      transition_->advance(belief.sample, belief.memory, transition_->embed(action), transition_->layers(), masks);
  const auto [mean, std] = transition_->prior(context, masks);
  const Tensor z = at::addcmul(mean, std, sampling.rng.normal_like(mean));
  return {mean, std.square(), z, transition_->has_path() ? context : Tensor(), transition_->dropout.carried(masks)};
}

Belief Rssm::update(const Belief& prior, const SensorEmbeddings& embeddings, Sampling sampling) {
  const Tensor context = transition_->has_path() ? prior.memory : side_by_side({prior.mean, prior.var.sqrt()});
  const auto [mean, std] = posterior(context, embed(as_sequences(embeddings)).squeeze(1), posterior_layers());
  const Tensor z = at::addcmul(mean, std, sampling.rng.normal_like(mean));
  return {mean, std.square(), z, prior.memory, prior.masks};
}

Inference Rssm::infer(const SensorEmbeddings& embeddings, const Tensor& actions, Sampling sampling) {
  const int64_t B = actions.size(0), T = actions.size(1), Z = config.stochastic_dim;
  // All that does not depend on the belief runs once for the sequence: embeddings, actions, dropout masks, noise.
  Tensor actions_from_rest = actions.clone();
  actions_from_rest.select(1, 0).zero_();
  const auto embedded_actions = transition_->embed(actions_from_rest).unbind(1);
  const auto embedded = embed(embeddings).unbind(1);
  const TransitionMasks masks = transition_->dropout.for_sequences(actions, sampling);
  const auto noise = sampling.rng.normal({T, B, Z}, actions.scalar_type(), /*batch_axis=*/1).unbind(0);
  const RssmTransitionImpl::Layers transition = transition_->layers();
  const PosteriorLayers layers = posterior_layers();

  // One chain of samples forwards.
  const bool path = transition_->has_path();
  MeanAndStdInTime posteriors, priors;
  std::vector<Tensor> samples, memories;
  Tensor z = at::zeros({B, Z}, actions.options());
  Tensor memory = at::zeros({B, config.deterministic_dim}, actions.options());
  for (int64_t t = 0; t < T; ++t) {
    Tensor context = transition_->advance(z, memory, embedded_actions[t], transition, at_step(masks, t));
    if (path) {
      memories.push_back(memory = context);
    } else {
      priors.push_back(transition_->prior(context, {}));
      context = side_by_side({priors.mean.back(), priors.std.back()});
    }
    posteriors.push_back(posterior(context, embedded[t], layers));
    samples.push_back(z = at::addcmul(posteriors.mean.back(), posteriors.std.back(), noise[t]));
  }

  // The prior of all steps at once, where the chain did not need it.
  const Tensor memory_BTD = path ? at::stack(memories, 1) : Tensor();
  const MeanAndStd prior = path ? transition_->prior(memory_BTD, batch_first(masks)) : priors.stacked();
  Inference inference;
  inference.inferred = posteriors.stacked().moments();
  inference.predicted = prior.moments();
  inference.belief = {inference.inferred.mean, inference.inferred.var, at::stack(samples, 1), memory_BTD};
  inference.posterior = inference.belief;
  return inference;
}

TransitionMasks Rssm::draw_masks(const Belief& belief, Sampling sampling) const {
  return transition_->dropout.for_step(new_chain(belief), sampling);
}

Tensor Rssm::features(const Belief& belief) const {
  return transition_->has_path() ? at::cat({belief.sample, belief.memory}, -1) : belief.sample;
}

int64_t Rssm::context_size() const {
  return transition_->has_path() ? config.deterministic_dim : 2 * config.stochastic_dim;
}

Rssm::PosteriorLayers Rssm::posterior_layers() const {
  return {.context = nn::StepAffine(posterior_input_->weight.narrow(1, 0, context_size()), {}, config.fused),
          .output = nn::StepAffine(posterior_output_, config.fused)};
}

Tensor Rssm::embed(const SensorEmbeddings& embeddings) {
  const Tensor& weight = posterior_input_->weight;
  const Tensor part = weight.narrow(1, context_size(), weight.size(1) - context_size());
  if (smoother_) return nn::affine(smoother_->forward(embeddings), part, posterior_input_->bias);
  return embeddings_product(embeddings, part) + posterior_input_->bias;
}

MeanAndStd Rssm::posterior(const Tensor& context, const Tensor& embedded, const PosteriorLayers& layers) {
  const Tensor hidden = nn::activate(transition_->nonlinearity, layers.context.add_to(embedded, context));
  return mean_and_std(layers.output(hidden), config.min_std);
}

}  // namespace vrkn::model
