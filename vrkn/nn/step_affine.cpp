#include "vrkn/nn/step_affine.h"

#include <utility>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "vrkn/math/product.h"
#include "vrkn/nn/affine.h"

namespace vrkn::nn {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

using Steps = StepAffine::Steps;

void keep(AutogradContext* context, const c10::intrusive_ptr<Steps>& steps) {
  context->saved_data["steps"] = c10::IValue::make_capsule(steps);
}

c10::intrusive_ptr<Steps> kept(AutogradContext* context) {
  return c10::static_intrusive_pointer_cast<Steps>(context->saved_data["steps"].toCapsule());
}

/// Functions of LibTorch take no undefined tensors.
c10::optional<Tensor> given(const Tensor& tensor) {
  return tensor.defined() ? c10::make_optional(tensor) : c10::nullopt;
}

/// Where the weight enters the graph. Its backward pass comes after those of all steps.
struct Weight : torch::autograd::Function<Weight> {
  static Tensor forward(AutogradContext* context, const Tensor& weight, const c10::optional<Tensor>& /*bias*/,
                        const c10::intrusive_ptr<Steps>& steps) {
    keep(context, steps);
    return at::empty({0}, weight.options());
  }

  static variable_list backward(AutogradContext* context, const variable_list& /*of the stand-in: none*/) {
    const c10::intrusive_ptr<Steps> steps = kept(context);
    std::vector<Tensor> x, gradient;
    for (size_t t = 0; t < steps->x.size(); ++t) {
      if (!steps->gradient[t].defined()) continue;
      x.push_back(steps->x[t]);
      gradient.push_back(std::exchange(steps->gradient[t], {}));
    }
    if (x.empty()) return {Tensor(), Tensor(), Tensor()};
    const Tensor all = at::cat(gradient);
    return {math::product(all.t(), at::cat(x)), steps->bias.defined() ? all.sum(0) : Tensor(), Tensor()};
  }
};

struct Step : torch::autograd::Function<Step> {
  static Tensor forward(AutogradContext* context, const Tensor& /*stand-in*/, const Tensor& x,
                        const c10::optional<Tensor>& sum, const c10::intrusive_ptr<Steps>& steps) {
    keep(context, steps);
    context->saved_data["step"] = static_cast<int64_t>(steps->x.size());
    context->saved_data["adds"] = sum.has_value();
    steps->x.push_back(x.detach());
    steps->gradient.emplace_back();
    return sum ? add_product(*sum, x, steps->weight) : affine(x, steps->weight, steps->bias);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const c10::intrusive_ptr<Steps> steps = kept(context);
    const Tensor& gradient = gradients[0];
    // Only if the weight's turn comes in this pass, too: what no pass takes away would be counted in a later one.
    if (context->needs_input_grad(0)) {
      steps->gradient[static_cast<size_t>(context->saved_data["step"].toInt())] = gradient;
    }
    const Tensor of_x = context->needs_input_grad(1) ? math::product(gradient, steps->weight) : Tensor();
    return {Tensor(), of_x, context->saved_data["adds"].toBool() ? gradient : Tensor(), Tensor()};
  }
};

}  // namespace

StepAffine::StepAffine(const Tensor& weight, const Tensor& bias, bool deferred) : weight_(weight), bias_(bias) {
  if (!deferred || !at::GradMode::is_enabled() || !weight.requires_grad()) return;
  steps_ = c10::make_intrusive<Steps>();
  steps_->weight = weight.detach();
  if (bias.defined()) steps_->bias = bias.detach();
  stand_in_ = Weight::apply(weight, given(bias), steps_);
}

StepAffine::StepAffine(const torch::nn::Linear& layer, bool deferred)
    : StepAffine(layer->weight, layer->bias, deferred) {}

Tensor StepAffine::operator()(const Tensor& x) const {
  return stand_in_.defined() ? Step::apply(stand_in_, x, given({}), steps_) : affine(x, weight_, bias_);
}

Tensor StepAffine::add_to(const Tensor& sum, const Tensor& x) const {
  return stand_in_.defined() ? Step::apply(stand_in_, x, given(sum), steps_) : add_product(sum, x, weight_);
}

}  // namespace vrkn::nn
