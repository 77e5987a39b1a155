#include "vrkn/nn/affine.h"

#include <vector>

#include <ATen/ATen.h>

namespace vrkn {
namespace {

bool is_one_row(const at::Tensor& x) {
  return x.is_cpu() && x.dim() == 2 && x.size(0) == 1 && !at::GradMode::is_enabled();
}

}  // namespace

at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  if (x.dim() > 2) {
    // What at::linear returns of more axes is a view, and an activation in place on a view copies it on the way back.
    // Nobody else sees the product of the rows, so it may change its shape without becoming one.
    std::vector<int64_t> sizes = x.sizes().vec();
    sizes.back() = weight.size(0);
    return at::_unsafe_view(affine(x.flatten(0, -2), weight, bias), sizes);
  }
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
