#pragma once

#include <cstdint>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>

namespace vrkn {

/// A stream of random tensors on one device. Seed it with derive_seed() so that it is one of the run's named streams.
///
/// On the CPU it counts (vrkn/kernel/philox.h): the same numbers for any number of threads and on any processor. On
/// other devices it is LibTorch's generator.
class Rng {
 public:
  explicit Rng(uint64_t seed, c10::Device device = c10::kCPU);

  /// Standard normal, of the given sizes and type. Sizes any; dtype floating.
  at::Tensor normal(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// Uniform in [0, 1).
  at::Tensor uniform(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// A Monte Carlo dropout mask: 1 / (1 - p) with probability 1 - p, else 0, so that its mean is 1. 0 <= rate < 1; p is
  /// the rate, on the CPU rounded to a multiple of 2^-16 below 1.
  at::Tensor dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype = c10::kFloat);
  /// Standard normal with the sizes and type of `tensor`.
  at::Tensor normal_like(const at::Tensor& tensor);

  c10::Device device() const { return device_; }

 private:
  c10::TensorOptions options(c10::ScalarType dtype) const;
  /// A tensor on the CPU, filled by fill(group, values, count) in portions of whole groups.
  template <int64_t kPerGroup, class Fill>
  at::Tensor filled(at::IntArrayRef sizes, c10::ScalarType dtype, Fill&& fill);

  c10::Device device_;
  uint64_t key_;
  uint64_t next_group_ = 0;
  at::Generator generator_;  // of other devices
};

}  // namespace vrkn
