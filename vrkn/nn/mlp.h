#pragma once

#include <vector>

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/nn/nonlinearity.h"

namespace vrkn::nn {

/// Sizes of an Mlp.
struct MlpOptions {
  int64_t input = 1;     ///< >= 1
  int64_t hidden = 300;  ///< units of each hidden layer, >= 1
  int64_t layers = 3;    ///< hidden layers, >= 0, each followed by the nonlinearity
  int64_t output = 0;    ///< size of the linear output layer; 0: none, the last hidden layer is the output
  Nonlinearity nonlinearity = Nonlinearity::kElu;
};

/// A plain multi-layer perceptron over the last axis: [..., input] -> [..., output or hidden].
class MlpImpl final : public torch::nn::Cloneable<MlpImpl> {
 public:
  explicit MlpImpl(MlpOptions options);
  void reset() override;
  at::Tensor forward(at::Tensor x);

  MlpOptions options;
  std::vector<torch::nn::Linear> linears;
};
TORCH_MODULE(Mlp);

}  // namespace vrkn::nn
