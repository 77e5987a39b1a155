#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// The mean of numbers that come in portions.
class RunningMean {
 public:
  /// Every element of `values`, of any sizes.
  void add(const at::Tensor& values);
  /// Numbers so far.
  int64_t count() const { return count_; }
  /// NaN before the first number.
  double value() const { return sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0.0;
  int64_t count_ = 0;
};

}  // namespace vrkn::math
