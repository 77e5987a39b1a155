#include "vrkn/nn/affine.h"

#include <vector>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "vrkn/math/product.h"

namespace vrkn::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// sum + x W^T for x [B, in], weight [out, in] and a sum [B, out] or [out], or none.
struct Affine : torch::autograd::Function<Affine> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const c10::optional<at::Tensor>& sum) {
    context->save_for_backward({x, weight});
    if (sum) context->saved_data["axes of the sum"] = sum->dim();
    return sum ? math::add_product_to(*sum, x, weight.t()) : math::product(x, weight.t());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &gradient = gradients[0];
    at::Tensor of_x, of_weight, of_sum;
    if (context->needs_input_grad(0)) of_x = math::product(gradient, weight);
    if (context->needs_input_grad(1)) {
      // In the weight's own layout, so that nobody has to turn it.
      of_weight = weight.stride(1) == 1 ? math::product(gradient.t(), x) : math::product(x.t(), gradient).t();
    }
    const auto axes = context->saved_data.find("axes of the sum");
    if (axes != context->saved_data.end() && context->needs_input_grad(2)) {
      of_sum = axes->second.toInt() == 1 ? gradient.sum(0) : gradient;
    }
    return {of_x, of_weight, of_sum};
  }
};

/// sum + x W^T of rows x [B, in].
at::Tensor of_rows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& sum) {
  const bool ours = math::onednn_multiplies() && x.is_cpu() && x.scalar_type() == at::kFloat;
  if (!ours) return sum.defined() ? at::addmm(sum, x, weight.t()) : at::mm(x, weight.t());
  const bool differentiable = at::GradMode::is_enabled() &&
                              (x.requires_grad() || weight.requires_grad() || (sum.defined() && sum.requires_grad()));
  if (!differentiable) return sum.defined() ? math::add_product_to(sum, x, weight.t()) : math::product(x, weight.t());
  return Affine::apply(x, weight, sum.defined() ? c10::make_optional(sum) : c10::nullopt);
}

bool is_one_row(const at::Tensor& x) {
  return x.is_cpu() && x.dim() == 2 && x.size(0) == 1 && !at::GradMode::is_enabled();
}

/// [1, N] of [N]. No view, which a function with gradients of its own may not return to users who change it in place.
at::Tensor as_row(const at::Tensor& x) {
  return at::_unsafe_view(x, {1, x.size(0)});
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
  if (!is_one_row(x)) return of_rows(x, weight, bias);
  const at::Tensor row = x.select(0, 0);
  return as_row(bias.defined() ? at::addmv(bias, weight, row) : at::mv(weight, row));
}

at::Tensor add_product(const at::Tensor& sum, const at::Tensor& x, const at::Tensor& weight) {
  if (!is_one_row(x)) return of_rows(x, weight, sum);
  return as_row(at::addmv(sum.select(0, 0), weight, x.select(0, 0)));
}

at::Tensor affine(const at::Tensor& x, const torch::nn::Linear& layer) {
  return affine(x, layer->weight, layer->bias);
}

}  // namespace vrkn::nn
