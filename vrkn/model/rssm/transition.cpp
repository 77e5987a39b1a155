#include "vrkn/model/rssm/transition.h"

#include <ATen/ATen.h>

#include "vrkn/nn/affine.h"

namespace vrkn::model {

MeanAndStd mean_and_std(const at::Tensor& raw, double min_std) {
  const auto halves = raw.chunk(2, -1);
  // In one piece: of rows with gaps LibTorch takes the odd ends one number at a time, a fifth of 30.
  return {halves[0], at::softplus(halves[1].contiguous()).add_(min_std)};
}

RssmTransitionImpl::RssmTransitionImpl(RssmConfig config_, int64_t action_size_)
    : config(std::move(config_)),
      action_size(action_size_),
      nonlinearity(nn::nonlinearity_from(config.nonlinearity)),
      dropout{config.dropout, config.dropout_masks == "sequence", config.hidden_dim, config.deterministic_dim} {
  reset();
}

void RssmTransitionImpl::reset() {
  const int64_t Z = config.stochastic_dim, D = config.deterministic_dim, H = config.hidden_dim;
  input = register_module("input", torch::nn::Linear(Z + action_size, H));
  if (has_path()) {
    gate = register_module("gate", nn::GruCell(H, D, config.fused));
    hidden = register_module("hidden", torch::nn::Linear(D, H));
  }
  output = register_module("output", torch::nn::Linear(H, 2 * Z));
}

at::Tensor RssmTransitionImpl::embed(const at::Tensor& actions) {
  return nn::affine(actions, input->weight.narrow(1, config.stochastic_dim, action_size), input->bias);
}

RssmTransitionImpl::Layers RssmTransitionImpl::layers() const {
  return {.state = nn::StepAffine(input->weight.narrow(1, 0, config.stochastic_dim), {}, config.fused),
          .gate = has_path() ? gate->layers() : nn::GruCellImpl::Layers{}};
}

at::Tensor RssmTransitionImpl::advance(const at::Tensor& sample, const at::Tensor& memory,
                                       const at::Tensor& embedded_action, const Layers& layers,
                                       const TransitionMasks& masks) {
  const at::Tensor first =
      masked_own(nn::activate(nonlinearity, layers.state.add_to(embedded_action, sample)), masks.input);
  return has_path() ? gate->forward(first, memory, layers.gate) : first;
}

MeanAndStd RssmTransitionImpl::prior(const at::Tensor& context, const TransitionMasks& masks) {
  if (!has_path()) return mean_and_std(nn::affine(context, output), config.min_std);
  const at::Tensor last =
      masked_own(activate(nonlinearity, nn::affine(masked(context, masks.gate), hidden)), masks.hidden);
  return mean_and_std(nn::affine(last, output), config.min_std);
}

}  // namespace vrkn::model
