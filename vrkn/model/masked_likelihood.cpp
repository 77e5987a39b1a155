#include "vrkn/model/masked_likelihood.h"

#include <ATen/ATen.h>

#include "vrkn/math/shape.h"

namespace vrkn::model {

at::Tensor masked_squared_error(const at::Tensor& mean, const at::Tensor& image, const at::Tensor& visible) {
  const int64_t N = image.size(0), C = image.size(1), H = image.size(2), W = image.size(3);
  math::check_shape(mean, {N, C, H, W}, "mean");
  math::check_shape(visible, {N, H, W}, "visible");
  const at::Tensor error = image - mean;
  const at::Tensor seen = visible.flatten(1).sum(1).to(error.scalar_type()) * C;  // values, per image
  const at::Tensor scale = static_cast<double>(C * H * W) / seen.clamp_min(1.0);
  return (error * visible.unsqueeze(1)).flatten(1).square().sum(1) * scale;
}

}  // namespace vrkn::model
