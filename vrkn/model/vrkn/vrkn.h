#pragma once

#include <vector>

#include <torch/nn/modules/linear.h>

#include "vrkn/model/state_space_model.h"
#include "vrkn/model/vrkn/transition.h"
#include "vrkn/model/vrkn/vrkn_config.h"

namespace vrkn::model {

/// The Variational Recurrent Kalman Network (paper, Section 3): latent observations with variances from every sensor,
/// diagonal locally linear dynamics, Kalman filtering to act, Rauch-Tung-Striebel smoothing to learn.
class Vrkn final : public StateSpaceModel {
 public:
  /// `embedding_sizes`: E_s of every sensor.
  Vrkn(VrknConfig config, std::vector<int64_t> embedding_sizes, int64_t action_size);

  Belief initial(int64_t batch, Sampling sampling) override;
  Belief predict(const Belief& belief, const at::Tensor& action, Sampling sampling) override;
  Belief update(const Belief& prior, const SensorEmbeddings& embeddings, Sampling sampling) override;
  Inference infer(const SensorEmbeddings& embeddings, const at::Tensor& actions, Sampling sampling) override;
  TransitionMasks draw_masks(const Belief& belief, Sampling sampling) const override;
  std::vector<math::DiagonalGaussian> innovations(const Belief& prior, const SensorEmbeddings& embeddings) override;
  at::Tensor features(const Belief& belief) const override { return belief.sample; }

  VrknConfig config;
  std::vector<int64_t> embedding_sizes;
  int64_t action_size;

 private:
  /// A latent observation w with its variance, and whether it counts (paper, Section 3.1).
  struct LatentObservation {
    at::Tensor mean, var;  // [..., Z]
    at::Tensor valid;      // [..., 1]
  };
  std::vector<LatentObservation> observe(const SensorEmbeddings& embeddings);
  /// Whether the fused operations (vrkn/nn/fused.h) can be used for this tensor, and are to be.
  bool fuses(const at::Tensor& tensor) const;
  /// One step of the filter, [B, Z]: the dynamics that the transition network's output stands for, and where they lead.
  nn::PredictedStep propagate(const at::Tensor& raw, const math::DiagonalGaussian& posterior) const;
  /// The measurement update with one sensor's latent observation, [B, Z]; valid [B, 1].
  math::DiagonalGaussian update_with(const math::DiagonalGaussian& prior, const at::Tensor& mean, const at::Tensor& var,
                                     const at::Tensor& valid) const;
  math::DiagonalGaussian initial_moments(int64_t batch) const;

  std::vector<torch::nn::Linear> mean_heads_, var_heads_;  // one pair per sensor
  at::Tensor initial_var_raw_;                             // [Z]
  VrknTransition transition_{nullptr};
};

}  // namespace vrkn::model
