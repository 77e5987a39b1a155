#include "vrkn/nn/affine.h"

#include <ATen/ATen.h>

namespace vrkn {

at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const bool one_row = x.is_cpu() && x.dim() == 2 && x.size(0) == 1 && !at::GradMode::is_enabled();
  if (!one_row) return at::linear(x, weight, bias);
  const at::Tensor row = x.select(0, 0);
  return (bias.defined() ? at::addmv(bias, weight, row) : at::mv(weight, row)).unsqueeze(0);
}

at::Tensor affine(const at::Tensor& x, const torch::nn::Linear& layer) {
  return affine(x, layer->weight, layer->bias);
}

}  // namespace vrkn
