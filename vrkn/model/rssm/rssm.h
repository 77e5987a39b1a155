#pragma once

#include <vector>

#include <torch/nn/modules/linear.h>

#include "vrkn/model/rssm/rssm_config.h"
#include "vrkn/model/rssm/smoother.h"
#include "vrkn/model/rssm/transition.h"
#include "vrkn/model/state_space_model.h"

namespace vrkn::model {

/// The Recurrent State Space Model (Hafner et al. 2019), with the variants that the paper compares: Monte Carlo
/// dropout, smoothing, both, and PlaNet's purely stochastic model.
///
/// The posterior q(z_t | h_t, o_t) reads the context h_t of the transition network and the embeddings of all sensors,
/// missing ones being 0, with a flag for each. Without a deterministic path it reads mean and deviation of the prior in
/// place of h_t, as PlaNet's does. Its belief of z_t depends on a sample of z_{t-1}, so there is one chain of samples:
/// what is decoded is where imagination starts, smoothed in a smoothing model. To act, a smoothing model sees sequences
/// of length 1.
class Rssm final : public StateSpaceModel {
 public:
  /// `embedding_sizes`: E_s of every sensor.
  Rssm(RssmConfig config, std::vector<int64_t> embedding_sizes, int64_t action_size);

  Belief initial(int64_t batch, Sampling sampling) override;
  Belief predict(const Belief& belief, const at::Tensor& action, Sampling sampling) override;
  Belief update(const Belief& prior, const SensorEmbeddings& embeddings, Sampling sampling) override;
  Inference infer(const SensorEmbeddings& embeddings, const at::Tensor& actions, Sampling sampling) override;
  TransitionMasks draw_masks(const Belief& belief, Sampling sampling) const override;
  /// (sample, memory) side by side.
  at::Tensor features(const Belief& belief) const override;

  RssmConfig config;
  std::vector<int64_t> embedding_sizes;
  int64_t action_size;

 private:
  /// State and memory before the first step: zeros, [batch, ...].
  Belief nothing(int64_t batch) const;
  /// What the embeddings add to the posterior's first layer, bias included: leading [B, T] -> [B, T, H]. Apart, and the
  /// layers of a step as well, for the reasons of RssmTransition::embed and layers.
  at::Tensor embed(const SensorEmbeddings& embeddings);
  struct PosteriorLayers {
    nn::StepAffine context, output;  // the context's part of the first layer, and the second one
  };
  PosteriorLayers posterior_layers() const;
  /// context [B, C], embedded [B, H] -> the posterior of one step.
  MeanAndStd posterior(const at::Tensor& context, const at::Tensor& embedded, const PosteriorLayers& layers);
  int64_t context_size() const;  // C of the posterior

  RssmTransition transition_{nullptr};
  RssmSmoother smoother_{nullptr};  // null without smoothing
  torch::nn::Linear posterior_input_{nullptr}, posterior_output_{nullptr};
};

}  // namespace vrkn::model
