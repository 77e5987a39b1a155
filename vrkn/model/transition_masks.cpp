#include "vrkn/model/transition_masks.h"

#include <ATen/ATen.h>

namespace vrkn::model {

at::Tensor masked(const at::Tensor& x, const at::Tensor& mask) {
  return mask.defined() ? x * mask : x;
}

at::Tensor masked_own(at::Tensor x, const at::Tensor& mask) {
  if (!mask.defined()) return x;
  return at::GradMode::is_enabled() ? x * mask : x.mul_(mask);
}

TransitionMasks at_step(const TransitionMasks& masks, int64_t t) {
  if (!masks.defined()) return {};
  return {masks.input.select(0, t), masks.gate.select(0, t), masks.hidden.select(0, t)};
}

}  // namespace vrkn::model
