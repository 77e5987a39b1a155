#pragma once

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/math/kalman.h"

namespace vrkn::nn {

// The elementwise parts of a step of the recurrences as single operations with hand-derived gradients, on a CUDA device
// one kernel each way (vrkn/kernel/recurrent.h has the equations). Each equals, but for rounding, the expression of
// LibTorch's operations that it stands for; differentiable once.

/// Whether these operations serve tensors like this one: float or double, on the CPU or, in programs with kernels for
/// CUDA devices (vrkn/kernel/device_stream.h), on one.
bool can_fuse(const at::Tensor& tensor);

/// What bounded_sigmoid (vrkn/math/activation.h) is told.
struct SigmoidRange {
  double low, high, at_zero;
};

/// The ranges of the factors and of the variances of locally linear dynamics.
struct DynamicsRanges {
  SigmoidRange factor, var;
};

/// One step of a GRU from the inputs' share of the gates and the memory's, both [B, 3 M], and the memory [B, M].
at::Tensor fused_gru(const at::Tensor& input_share, const at::Tensor& memory_share, const at::Tensor& memory);

/// Dynamics from what a network says of them, raw [B, 3 Z] for A, Q, b, and the belief they lead to.
struct PredictedStep {
  math::LinearDynamics dynamics;
  math::DiagonalGaussian prior;
};
PredictedStep fused_predict(const at::Tensor& raw, const math::DiagonalGaussian& posterior,
                            const DynamicsRanges& ranges);

/// A belief one step later, and the state beside it, A state + b + sqrt(Q) noise.
struct ImaginedStep {
  math::DiagonalGaussian prior;
  at::Tensor state;
};
ImaginedStep fused_imagine(const at::Tensor& raw, const math::DiagonalGaussian& belief, const at::Tensor& state,
                           const at::Tensor& noise, const DynamicsRanges& ranges);

/// update() of vrkn/math/kalman.h. prior, obs, obs_var [B, Z], valid [B, 1].
math::DiagonalGaussian fused_update(const math::DiagonalGaussian& prior, const at::Tensor& obs,
                                    const at::Tensor& obs_var, const at::Tensor& valid);

}  // namespace vrkn::nn
