#include "vrkn/agent/dreamer/actor.h"

#include <ATen/ATen.h>

#include "vrkn/math/activation.h"

namespace vrkn::agent {

ActorImpl::ActorImpl(int64_t feature_size, int64_t action_size, int64_t hidden, int64_t layers)
    : options{.input = feature_size, .hidden = hidden, .layers = layers, .output = 2 * action_size} {
  reset();
}

void ActorImpl::reset() {
  network = register_module("network", nn::Mlp(options));
}

math::DiagonalGaussian ActorImpl::forward(const at::Tensor& features) {
  constexpr double kLargestMean = 5.0, kFirstStd = 5.0, kSmallestStd = 1e-4;
  const auto raw = network->forward(features).chunk(2, -1);
  const at::Tensor std = math::floored_softplus(raw[1], kSmallestStd, kFirstStd + kSmallestStd);
  return {at::tanh(raw[0] / kLargestMean) * kLargestMean, std.square()};
}

}  // namespace vrkn::agent
