#include "vrkn/math/running_mean.h"

#include <ATen/ATen.h>

namespace vrkn::math {

void RunningMean::add(const at::Tensor& values) {
  sum_ += values.sum(at::kDouble).item<double>();
  count_ += values.numel();
}

}  // namespace vrkn::math
