#include "vrkn/evaluation/running_mean.h"

#include <ATen/ATen.h>

namespace vrkn::evaluation {

void RunningMean::add(const at::Tensor& values) {
  sum_ += values.sum(at::kDouble).item<double>();
  count_ += values.numel();
}

}  // namespace vrkn::evaluation
