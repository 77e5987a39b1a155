#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/linear.h>

namespace vrkn::nn {

/// x W^T + b: x [..., in], weight [out, in], bias [out] or undefined. Its products and those of its gradients are
/// product()'s (vrkn/math/product.h): differentiable once in float32 on the CPU, as often as one likes elsewhere. A
/// single row without gradients, as in acting, is multiplied as a vector: a product of matrices would first copy the
/// whole weight.
at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});
at::Tensor affine(const at::Tensor& x, const torch::nn::Linear& layer);

/// sum + x W^T, for a sum [B, out] that is known already.
at::Tensor add_product(const at::Tensor& sum, const at::Tensor& x, const at::Tensor& weight);

}  // namespace vrkn::nn
