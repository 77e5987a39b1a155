#include "vrkn/nn/gru_cell.h"

#include <ATen/ATen.h>

namespace vrkn {

GruCellImpl::GruCellImpl(int64_t input, int64_t memory) : input_size(input), memory_size(memory) {
  reset();
}

void GruCellImpl::reset() {
  input_weight = register_parameter("input_weight", at::empty({3 * memory_size, input_size}));
  memory_weight = register_parameter("memory_weight", at::empty({3 * memory_size, memory_size}));
  input_bias = register_parameter("input_bias", at::zeros({3 * memory_size}));
  memory_bias = register_parameter("memory_bias", at::zeros({3 * memory_size}));
}

at::Tensor GruCellImpl::forward(const at::Tensor& x, const at::Tensor& memory) {
  return at::gru_cell(x, memory, input_weight, memory_weight, input_bias, memory_bias);
}

at::Tensor GruCellImpl::embed(const at::Tensor& x) {
  return at::linear(x, input_weight, input_bias);
}

at::Tensor GruCellImpl::forward_embedded(const at::Tensor& embedded_x, const at::Tensor& memory) {
  const auto x = embedded_x.chunk(3, -1);
  const auto h = at::linear(memory, memory_weight, memory_bias).chunk(3, -1);
  const at::Tensor reset = (x[0] + h[0]).sigmoid_(), keep = (x[1] + h[1]).sigmoid_();
  const at::Tensor candidate = at::addcmul(x[2], reset, h[2]).tanh_();
  return at::lerp(candidate, memory, keep);
}

}  // namespace vrkn
