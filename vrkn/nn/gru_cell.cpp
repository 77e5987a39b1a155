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

}  // namespace vrkn
