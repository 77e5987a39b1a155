#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// A Gaussian with diagonal covariance: mean and variance of equal sizes [..., Z], var > 0. We store variances, never
/// deviations. Sizes that do not fit give LibTorch's own error (c10::Error), here and in the functions below.
struct DiagonalGaussian {
  at::Tensor mean;
  at::Tensor var;
};

/// mean + sqrt(var) * noise [..., Z], with standard normal `noise` [..., Z]. Gradient flows to mean and variance.
at::Tensor sample(const DiagonalGaussian& moments, const at::Tensor& noise);

/// log N(x | mean, diag(var)) of x [..., Z], summed over the last axis: [...].
at::Tensor log_prob(const DiagonalGaussian& moments, const at::Tensor& x);

/// (x - mean)^2, summed over all axes from `first_event_axis` on: what is left are the axes before it. `mean` and `x`
/// have equal sizes.
at::Tensor squared_error(const at::Tensor& mean, const at::Tensor& x, int64_t first_event_axis);

/// KL(q || p) between diagonal Gaussians, summed over the last axis: [...].
at::Tensor kl_divergence(const DiagonalGaussian& q, const DiagonalGaussian& p);

}  // namespace vrkn::math
