#include "vrkn/model/masked_likelihood.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>

#include "vrkn/math/shape.h"

namespace vrkn {

at::Tensor masked_unit_log_prob(const at::Tensor& mean, const at::Tensor& image, const at::Tensor& visible) {
  const int64_t N = image.size(0), C = image.size(1), H = image.size(2), W = image.size(3);
  check_shape(mean, {N, C, H, W}, "mean");
  check_shape(visible, {N, H, W}, "visible");
  const at::Tensor error = image - mean;
  const at::Tensor seen = visible.flatten(1).sum(1).to(error.scalar_type()) * C;  // values, per image
  const auto all = static_cast<double>(C * H * W);
  const at::Tensor scale = all / seen.clamp_min(1.0);
  const at::Tensor anything = seen.clamp_max(1.0);
  const double constant = -0.5 * std::log(2.0 * std::numbers::pi) * all;
  return (error * visible.unsqueeze(1)).flatten(1).square().sum(1) * -0.5 * scale + anything * constant;
}

}  // namespace vrkn
