#include "vrkn/model/vrkn/transition.h"

#include <ATen/ATen.h>

#include "vrkn/math/activation.h"
#include "vrkn/nn/affine.h"

namespace vrkn::model {

VrknTransitionImpl::VrknTransitionImpl(VrknConfig config_, int64_t action_size_)
    : config(std::move(config_)),
      action_size(action_size_),
      nonlinearity(nn::nonlinearity_from(config.nonlinearity)),
      dropout{config.dropout, config.dropout_masks == "sequence", config.hidden_dim, config.latent_dim} {
  reset();
}

void VrknTransitionImpl::reset() {
  const int64_t Z = config.latent_dim, H = config.hidden_dim;
  input = register_module("input", torch::nn::Linear(Z + action_size, H));
  gate = register_module("gate", nn::GruCell(H, Z, config.fused));
  hidden = register_module("hidden", torch::nn::Linear(Z, H));
  output = register_module("output", torch::nn::Linear(H, 3 * Z));
}

at::Tensor VrknTransitionImpl::embed(const at::Tensor& actions) {
  return nn::affine(actions, input->weight.narrow(1, config.latent_dim, action_size), input->bias);
}

VrknTransitionImpl::Layers VrknTransitionImpl::layers() const {
  return {.state = nn::StepAffine(input->weight.narrow(1, 0, config.latent_dim), {}, config.fused),
          .gate = gate->layers(),
          .hidden = nn::StepAffine(hidden, config.fused),
          .output = nn::StepAffine(output, config.fused)};
}

at::Tensor VrknTransitionImpl::forward(const at::Tensor& mean, const at::Tensor& embedded_action, const Layers& layers,
                                       const TransitionMasks& masks) {
  const at::Tensor first =
      masked_own(nn::activate(nonlinearity, layers.state.add_to(embedded_action, mean)), masks.input);
  const at::Tensor gated = masked_own(gate->forward(first, mean, layers.gate), masks.gate);
  const at::Tensor last = masked_own(nn::activate(nonlinearity, layers.hidden(gated)), masks.hidden);
  return layers.output(last);
}

math::LinearDynamics bounded_dynamics(const at::Tensor& raw) {
  const auto bounded = [](const at::Tensor& x, const nn::SigmoidRange& range) {
    return math::bounded_sigmoid(x, range.low, range.high, range.at_zero);
  };
  const auto parts = raw.chunk(3, -1);
  return {.factor = bounded(parts[0], kTransitionRanges.factor),
          .offset = parts[2],
          .var = bounded(parts[1], kTransitionRanges.var)};
}

}  // namespace vrkn::model
