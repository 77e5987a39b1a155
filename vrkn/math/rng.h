#pragma once

#include <cstdint>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>

namespace vrkn {

/// A stream of random tensors on one device. Seed it with derive_seed() so that it is one of the run's named streams.
/// LibTorch's generator on the CPU takes the lower 32 bits of the seed: among very many streams a few are equal.
class Rng {
 public:
  explicit Rng(uint64_t seed, c10::Device device = c10::kCPU);

  /// Standard normal, of the given sizes and type. Sizes any; dtype floating.
  at::Tensor normal(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// Uniform in [0, 1).
  at::Tensor uniform(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// A Monte Carlo dropout mask: 1 / (1 - rate) with probability 1 - rate, else 0, so that its mean is 1. 0 <= rate
  /// < 1.
  at::Tensor dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype = c10::kFloat);
  /// Standard normal with the sizes and type of `tensor`.
  at::Tensor normal_like(const at::Tensor& tensor);

  c10::Device device() const { return device_; }

 private:
  c10::TensorOptions options(c10::ScalarType dtype) const;

  at::Generator generator_;
  c10::Device device_;
};

}  // namespace vrkn
