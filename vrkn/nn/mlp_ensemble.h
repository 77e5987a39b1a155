#pragma once

#include <vector>

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/nn/mlp.h"

namespace vrkn::nn {

/// K multi-layer perceptrons of equal sizes, each with weights of its own, on the same input: [..., input] ->
/// [K, ..., output or hidden].
class MlpEnsembleImpl final : public torch::nn::Cloneable<MlpEnsembleImpl> {
 public:
  /// `members` K, >= 1.
  MlpEnsembleImpl(int64_t members, MlpOptions options);
  void reset() override;
  at::Tensor forward(const at::Tensor& x);

  int64_t members;
  MlpOptions options;
  std::vector<torch::nn::Linear> linears;  ///< weights [K * out, in], one member's rows after the other's
};
TORCH_MODULE(MlpEnsemble);

}  // namespace vrkn::nn
