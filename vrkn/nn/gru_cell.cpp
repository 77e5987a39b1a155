#include "vrkn/nn/gru_cell.h"

#include <ATen/ATen.h>

#include "vrkn/nn/affine.h"
#include "vrkn/nn/fused.h"

namespace vrkn::nn {

GruCellImpl::GruCellImpl(int64_t input, int64_t memory, bool fused_)
    : input_size(input), memory_size(memory), fused(fused_) {
  reset();
}

void GruCellImpl::reset() {
  input_weight = register_parameter("input_weight", at::empty({3 * memory_size, input_size}));
  memory_weight = register_parameter("memory_weight", at::empty({3 * memory_size, memory_size}));
  input_bias = register_parameter("input_bias", at::zeros({3 * memory_size}));
  memory_bias = register_parameter("memory_bias", at::zeros({3 * memory_size}));
}

at::Tensor GruCellImpl::forward(const at::Tensor& x, const at::Tensor& memory) {
  return forward(x, memory, layers());
}

GruCellImpl::Layers GruCellImpl::layers() const {
  return {StepAffine(input_weight, input_bias, fused), StepAffine(memory_weight, memory_bias, fused)};
}

at::Tensor GruCellImpl::forward(const at::Tensor& x, const at::Tensor& memory, const Layers& layers) {
  return forward_embedded(layers.input(x), memory, layers.memory);
}

at::Tensor GruCellImpl::embed(const at::Tensor& x) {
  return affine(x, input_weight, input_bias);
}

at::Tensor GruCellImpl::forward_embedded(const at::Tensor& embedded_x, const at::Tensor& memory,
                                         const StepAffine& memory_layer) {
  const at::Tensor memory_share = memory_layer(memory);
  if (fused && can_fuse(memory)) return fused_gru(embedded_x, memory_share, memory);
  const auto x = embedded_x.chunk(3, -1), h = memory_share.chunk(3, -1);
  const at::Tensor reset = (x[0] + h[0]).sigmoid_(), keep = (x[1] + h[1]).sigmoid_();
  const at::Tensor candidate = at::addcmul(x[2], reset, h[2]).tanh_();
  return at::lerp(candidate, memory, keep);
}

}  // namespace vrkn::nn
