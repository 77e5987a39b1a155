#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/math/kalman.h"
#include "vrkn/model/dropout.h"
#include "vrkn/model/vrkn/vrkn_config.h"
#include "vrkn/nn/fused.h"
#include "vrkn/nn/gru_cell.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn::model {

/// The bounds of A and Q, and their values at first.
inline constexpr nn::DynamicsRanges kTransitionRanges{.factor = {.low = 0.1, .high = 0.99, .at_zero = 0.9},
                                                      .var = {.low = 0.001, .high = 0.1, .at_zero = 0.01}};

/// The dynamics that the network's output [..., 3 Z] stands for.
math::LinearDynamics bounded_dynamics(const at::Tensor& raw);

/// The transition network of the VRKN (paper, Figure 3b): from the posterior mean and the action to locally linear
/// dynamics,
///
///   (A, Q, b) = phi_2(GRU(phi_1(mean, action), memory = mean)),
///
/// A and Q within kTransitionRanges, b free.
class VrknTransitionImpl final : public torch::nn::Cloneable<VrknTransitionImpl> {
 public:
  VrknTransitionImpl(VrknConfig config, int64_t action_size);
  void reset() override;

  /// The actions' share of the first layer, bias included: [..., A] -> [..., H]. Apart, so that a sequence's actions go
  /// through in one product.
  at::Tensor embed(const at::Tensor& actions);

  /// The layers of a step, to be taken once per sequence: the mean's part of the first one, and the others.
  struct Layers {
    nn::StepAffine state;
    nn::GruCellImpl::Layers gate;
    nn::StepAffine hidden, output;
  };
  Layers layers() const;

  /// mean [B, Z], embedded_action [B, H], masks [B, ...] -> dynamics [B, 3 Z]: A and Q before their bounds, then b.
  at::Tensor forward(const at::Tensor& mean, const at::Tensor& embedded_action, const Layers& layers,
                     const TransitionMasks& masks);

  VrknConfig config;
  int64_t action_size;
  nn::Nonlinearity nonlinearity;
  MonteCarloDropout dropout;
  torch::nn::Linear input{nullptr}, hidden{nullptr}, output{nullptr};  // input: of (mean, action)
  nn::GruCell gate{nullptr};
};
TORCH_MODULE(VrknTransition);

}  // namespace vrkn::model
