#pragma once

#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <torch/nn/modules/linear.h>

namespace vrkn::nn {

/// A linear layer of a recurrence, x W^T + b: made once for a sequence, called at every step with x [B, in].
///
/// The gradient of the weight is one product over the rows of all steps, and that of the bias one sum, taken when the
/// backward pass has been through all steps that it goes through. Step by step it would be a product that writes, and
/// an addition that reads and writes, the whole weight for every B rows. All other gradients come as from affine()
/// (vrkn/nn/affine.h). Differentiable once.
class StepAffine {
 public:
  StepAffine() = default;
  /// weight [out, in], bias [out] or undefined. `deferred` = false: affine() and its gradients, step by step.
  explicit StepAffine(const at::Tensor& weight, const at::Tensor& bias, bool deferred = true);
  explicit StepAffine(const torch::nn::Linear& layer, bool deferred = true);

  /// x W^T + b [B, out].
  at::Tensor operator()(const at::Tensor& x) const;
  /// sum + x W^T, for a sum [B, out] that is known already; of layers without bias.
  at::Tensor add_to(const at::Tensor& sum, const at::Tensor& x) const;

  /// What the steps leave for the gradient of the weight. Nothing in it is part of a graph, so that no graph owns
  /// itself.
  struct Steps final : torch::CustomClassHolder {
    at::Tensor weight, bias;
    std::vector<at::Tensor> x;         // of every step
    std::vector<at::Tensor> gradient;  // of what the step gave; undefined where the backward pass has not been
  };

 private:
  at::Tensor weight_, bias_;
  at::Tensor stand_in_;  // for weight and bias in the graph of the steps; undefined where nothing is deferred
  c10::intrusive_ptr<Steps> steps_;
};

}  // namespace vrkn::nn
