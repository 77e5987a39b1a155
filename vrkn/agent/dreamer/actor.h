#pragma once

#include <torch/nn/cloneable.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/nn/mlp.h"

namespace vrkn::agent {

/// Dreamer's policy: a = tanh(u), u ~ N(mean, std^2), with
///
///   mean = 5 tanh(m / 5),   std = softplus(s + c) + 0.0001,   (m, s) = network(features),
///
/// c such that softplus(c) = 5: wide at first, and the mean within a range where tanh still has a slope
/// (Hafner et al. 2020).
class ActorImpl final : public torch::nn::Cloneable<ActorImpl> {
 public:
  ActorImpl(int64_t feature_size, int64_t action_size, int64_t hidden, int64_t layers);
  void reset() override;

  /// features [..., F] -> moments of u [..., A]; see vrkn/math/tanh_gaussian.h.
  math::DiagonalGaussian forward(const at::Tensor& features);

  nn::MlpOptions options;
  nn::Mlp network{nullptr};
};
TORCH_MODULE(Actor);

}  // namespace vrkn::agent
