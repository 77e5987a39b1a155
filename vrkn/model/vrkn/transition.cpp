#include "vrkn/model/vrkn/transition.h"

#include <ATen/ATen.h>

#include "vrkn/math/activation.h"
#include "vrkn/nn/affine.h"

namespace vrkn {

VrknTransitionImpl::VrknTransitionImpl(VrknConfig config_, int64_t action_size_)
    : config(std::move(config_)),
      action_size(action_size_),
      nonlinearity(nonlinearity_from(config.nonlinearity)),
      dropout{config.dropout, config.dropout_masks == "sequence", config.hidden_dim, config.latent_dim} {
  reset();
}

void VrknTransitionImpl::reset() {
  const int64_t Z = config.latent_dim, H = config.hidden_dim;
  input = register_module("input", torch::nn::Linear(Z + action_size, H));
  gate = register_module("gate", GruCell(H, Z, config.fused));
  hidden = register_module("hidden", torch::nn::Linear(Z, H));
  output = register_module("output", torch::nn::Linear(H, 3 * Z));
}

at::Tensor VrknTransitionImpl::embed(const at::Tensor& actions) {
  return affine(actions, input->weight.narrow(1, config.latent_dim, action_size), input->bias);
}

VrknTransitionImpl::Layers VrknTransitionImpl::layers() const {
  return {.state = StepAffine(input->weight.narrow(1, 0, config.latent_dim), {}, config.fused),
          .gate = gate->layers(),
          .hidden = StepAffine(hidden, config.fused),
          .output = StepAffine(output, config.fused)};
}

at::Tensor VrknTransitionImpl::forward(const at::Tensor& mean, const at::Tensor& embedded_action, const Layers& layers,
                                       const TransitionMasks& masks) {
  const at::Tensor first = masked_own(activate(nonlinearity, layers.state.add_to(embedded_action, mean)), masks.input);
  const at::Tensor gated = masked_own(gate->forward(first, mean, layers.gate), masks.gate);
  const at::Tensor last = masked_own(activate(nonlinearity, layers.hidden(gated)), masks.hidden);
  return layers.output(last);
}

LinearDynamics bounded_dynamics(const at::Tensor& raw) {
  const auto bounded = [](const at::Tensor& x, const SigmoidRange& range) {
    return bounded_sigmoid(x, range.low, range.high, range.at_zero);
  };
  const auto parts = raw.chunk(3, -1);
  return {.factor = bounded(parts[0], kTransitionRanges.factor),
          .offset = parts[2],
          .var = bounded(parts[1], kTransitionRanges.var)};
}

}  // namespace vrkn
