#include "vrkn/math/tanh_gaussian.h"

#include <numbers>

#include <ATen/ATen.h>

namespace vrkn::math {

at::Tensor tanh_gaussian_log_prob(const DiagonalGaussian& moments, const at::Tensor& u) {
  // log(1 - tanh(u)^2) = log 4 - 2 u - 2 log(1 + exp(-2 u)), where nothing cancels or overflows.
  const at::Tensor log_slope = 2.0 * (std::numbers::ln2 - u - at::softplus(-2.0 * u));
  return log_prob(moments, u) - log_slope.sum(-1);
}

at::Tensor tanh_gaussian_median(const DiagonalGaussian& moments) {
  return at::tanh(moments.mean);
}

}  // namespace vrkn::math
