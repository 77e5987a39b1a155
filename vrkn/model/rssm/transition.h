#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/model/dropout.h"
#include "vrkn/model/rssm/rssm_config.h"
#include "vrkn/nn/gru_cell.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn::model {

/// Mean and standard deviation, which the networks of the RSSM give out: [..., Z].
struct MeanAndStd {
  at::Tensor mean, std;

  math::DiagonalGaussian moments() const { return {mean, std.square()}; }
};

/// The two halves of `raw` [..., 2 Z]: mean, and deviation = softplus + min_std.
MeanAndStd mean_and_std(const at::Tensor& raw, double min_std);

/// The transition network of the RSSM: from the state and the action to the memory, the deterministic path, and from
/// that to the prior (Hafner et al. 2019),
///
///   h_t = GRU(phi_1(z_{t-1}, a_{t-1}), memory = h_{t-1}),     p(z_t | h_t) = N(mean, std^2),  (mean, std) =
///   phi_2(h_t).
///
/// Without a deterministic path, phi_1 itself stands for h_t and phi_2 has no hidden layer. In between, h_t is called
/// the context: [B, C] with C = D, or C = H without a path.
class RssmTransitionImpl final : public torch::nn::Cloneable<RssmTransitionImpl> {
 public:
  RssmTransitionImpl(RssmConfig config, int64_t action_size);
  void reset() override;

  /// The actions' share of the first layer, bias included: [..., A] -> [..., H]. Apart, so that a sequence's actions go
  /// through in one product.
  at::Tensor embed(const at::Tensor& actions);
  /// The layers of a step, to be taken once per sequence: the state's part of the first one, and the gated unit's.
  struct Layers {
    nn::StepAffine state;
    nn::GruCellImpl::Layers gate;  // where there is a path
  };
  Layers layers() const;

  /// One step: sample [B, Z], memory [B, D] (not read without a path), embedded_action [B, H], masks [B, ...] ->
  /// context [B, C].
  at::Tensor advance(const at::Tensor& sample, const at::Tensor& memory, const at::Tensor& embedded_action,
                     const Layers& layers, const TransitionMasks& masks);
  /// The prior that a context predicts, any leading axes.
  MeanAndStd prior(const at::Tensor& context, const TransitionMasks& masks);

  bool has_path() const { return config.deterministic_dim > 0; }

  RssmConfig config;
  int64_t action_size;
  nn::Nonlinearity nonlinearity;
  MonteCarloDropout dropout;
  torch::nn::Linear input{nullptr}, hidden{nullptr}, output{nullptr};  // input: of (sample, action)
  nn::GruCell gate{nullptr};
};
TORCH_MODULE(RssmTransition);

}  // namespace vrkn::model
