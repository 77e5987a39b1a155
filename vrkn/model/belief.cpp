#include "vrkn/model/belief.h"

#include <vector>

#include <ATen/ATen.h>

namespace vrkn::model {
namespace {

template <class Function>
Belief map(const Belief& belief, Function&& function) {
  const auto apply = [&](const at::Tensor& tensor) { return tensor.defined() ? function(tensor) : tensor; };
  const TransitionMasks& masks = belief.masks;
  return {apply(belief.mean),
          apply(belief.var),
          apply(belief.sample),
          apply(belief.memory),
          {apply(masks.input), apply(masks.gate), apply(masks.hidden)}};
}

}  // namespace

Belief repeat_rows(const Belief& belief, int64_t count) {
  // LibTorch's repeat_interleave would ask the device for the sum of the counts.
  return map(belief, [count](const at::Tensor& tensor) {
    std::vector<int64_t> sizes = tensor.sizes().vec();
    sizes.insert(sizes.begin() + 1, count);
    return tensor.unsqueeze(1).expand(sizes).flatten(0, 1);
  });
}

Belief flatten_sequences(const Belief& belief) {
  return map(belief, [](const at::Tensor& tensor) { return tensor.flatten(0, 1); });
}

Belief rows(const Belief& belief, int64_t first, int64_t count) {
  return map(belief, [=](const at::Tensor& tensor) { return tensor.narrow(0, first, count); });
}

Belief join_rows(std::span<const Belief> beliefs) {
  const auto joined = [&](at::Tensor Belief::*part) {
    std::vector<at::Tensor> parts;
    for (const Belief& belief : beliefs) {
      if ((belief.*part).defined()) parts.push_back(belief.*part);
    }
    return parts.empty() ? at::Tensor() : at::cat(parts);
  };
  return {joined(&Belief::mean), joined(&Belief::var), joined(&Belief::sample), joined(&Belief::memory)};
}

Belief new_chain(Belief belief) {
  belief.masks = {};
  return belief;
}

Belief at_mean(Belief belief) {
  belief.sample = belief.mean;
  return belief;
}

Belief detach(const Belief& belief) {
  return map(belief, [](const at::Tensor& tensor) { return tensor.detach(); });
}

}  // namespace vrkn::model
