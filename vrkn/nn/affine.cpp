#include "vrkn/nn/affine.h"

#include <ATen/ATen.h>

namespace vrkn {
namespace {

bool is_one_row(const at::Tensor& x) {
  return x.is_cpu() && x.dim() == 2 && x.size(0) == 1 && !at::GradMode::is_enabled();
}

}  // namespace

at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  if (!is_one_row(x)) return at::linear(x, weight, bias);
  const at::Tensor row = x.select(0, 0);
  return (bias.defined() ? at::addmv(bias, weight, row) : at::mv(weight, row)).unsqueeze(0);
}

at::Tensor add_product(const at::Tensor& sum, const at::Tensor& x, const at::Tensor& weight) {
  if (!is_one_row(x)) return at::addmm(sum, x, weight.t());
  return at::addmv(sum.select(0, 0), weight, x.select(0, 0)).unsqueeze(0);
}

at::Tensor affine(const at::Tensor& x, const torch::nn::Linear& layer) {
  return affine(x, layer->weight, layer->bias);
}

}  // namespace vrkn
