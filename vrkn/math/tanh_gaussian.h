#pragma once

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"

namespace vrkn::math {

// The distribution of a = tanh(u), u ~ N(mean, diag(var)), on (-1, 1): a sample is tanh(sample(moments, noise)).

/// Its log-density at a = tanh(u), log N(u | mean, var) - log(1 - tanh(u)^2), summed over the last axis: [...]. Given
/// u, not a, which rounding may have brought to 1; finite for every finite u.
at::Tensor tanh_gaussian_log_prob(const DiagonalGaussian& moments, const at::Tensor& u);

/// Its median, tanh(mean). Unlike the mode it has a closed form, and unlike the mode it does not jump: as soon as the
/// deviation exceeds 1/sqrt(2) the density is highest at both ends of the range.
at::Tensor tanh_gaussian_median(const DiagonalGaussian& moments);

}  // namespace vrkn::math
