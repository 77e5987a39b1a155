#pragma once

#include <torch/nn/cloneable.h>

#include "vrkn/nn/step_affine.h"

namespace vrkn::nn {

/// A gated recurrent unit (Cho et al. 2014), one step: gates in the order reset, update, candidate.
class GruCellImpl final : public torch::nn::Cloneable<GruCellImpl> {
 public:
  /// `fused`: the gates in one operation where can_fuse() (vrkn/nn/fused.h), and the weights' gradients taken once for
  /// a sequence; else LibTorch's operations.
  GruCellImpl(int64_t input, int64_t memory, bool fused = true);
  void reset() override;

  /// x [B, input], memory [B, memory] -> the next memory [B, memory].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& memory);

  /// The two layers behind the gates, to be taken once for a sequence, and one step with them.
  struct Layers {
    StepAffine input, memory;
  };
  Layers layers() const;
  at::Tensor forward(const at::Tensor& x, const at::Tensor& memory, const Layers& layers);

  /// The same in two parts, for sequences whose inputs are known before: the inputs' share of the gates, bias included,
  /// [..., input] -> [..., 3 memory], and one step with it and the memory's layer.
  at::Tensor embed(const at::Tensor& x);
  at::Tensor forward_embedded(const at::Tensor& embedded_x, const at::Tensor& memory, const StepAffine& memory_layer);

  int64_t input_size, memory_size;
  bool fused;
  at::Tensor input_weight, memory_weight;  ///< [3 memory, input], [3 memory, memory]
  at::Tensor input_bias, memory_bias;      ///< [3 memory]
};
TORCH_MODULE(GruCell);

}  // namespace vrkn::nn
