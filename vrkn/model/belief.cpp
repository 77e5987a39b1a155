#include "vrkn/model/belief.h"

#include <ATen/ATen.h>

namespace vrkn {
namespace {

template <class Function>
Belief map(const Belief& belief, Function&& function) {
  const auto apply = [&](const at::Tensor& tensor) { return tensor.defined() ? function(tensor) : tensor; };
  return {apply(belief.mean), apply(belief.var), apply(belief.sample), apply(belief.memory)};
}

}  // namespace

Belief repeat_rows(const Belief& belief, int64_t count) {
  return map(belief, [count](const at::Tensor& tensor) { return tensor.repeat_interleave(count, 0); });
}

Belief detach(const Belief& belief) {
  return map(belief, [](const at::Tensor& tensor) { return tensor.detach(); });
}

}  // namespace vrkn
