#include "vrkn/model/vrkn/transition.h"

#include <ATen/ATen.h>

#include "vrkn/math/activation.h"

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
  gate = register_module("gate", GruCell(H, Z));
  hidden = register_module("hidden", torch::nn::Linear(Z, H));
  output = register_module("output", torch::nn::Linear(H, 3 * Z));
}

at::Tensor VrknTransitionImpl::embed(const at::Tensor& actions) {
  return at::linear(actions, input->weight.narrow(1, config.latent_dim, action_size), input->bias);
}

LinearDynamics VrknTransitionImpl::forward(const at::Tensor& mean, const at::Tensor& embedded_action,
                                           const TransitionMasks& masks) {
  const at::Tensor from_mean = at::linear(mean, input->weight.narrow(1, 0, config.latent_dim));
  const at::Tensor first = masked(activate(nonlinearity, from_mean + embedded_action), masks.input);
  const at::Tensor gated = masked(gate->forward(first, mean), masks.gate);
  const at::Tensor last = masked(activate(nonlinearity, hidden->forward(gated)), masks.hidden);
  const auto raw = output->forward(last).chunk(3, -1);
  return {.factor = bounded_sigmoid(raw[0], 0.1, 0.99, 0.9),
          .offset = raw[2],
          .var = bounded_sigmoid(raw[1], 0.001, 0.1, 0.01)};
}

}  // namespace vrkn
