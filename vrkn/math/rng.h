#pragma once

#include <cstdint>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>

#include "vrkn/math/random_tape.h"

namespace vrkn {

/// A stream of random tensors on one device. Seed it with derive_seed() so that it is one of the run's named streams.
///
/// On the CPU it counts (vrkn/kernel/philox.h): the same numbers for any number of threads and on any processor. On
/// other devices it is LibTorch's generator.
class Rng {
 public:
  explicit Rng(uint64_t seed, c10::Device device = c10::kCPU);
  /// Draws nothing: hands out the tensors of `tape` in their order, which lie on `device`. Throws ShapeError when asked
  /// for anything else. The tape must outlive it.
  Rng(const RandomTape& tape, c10::Device device);

  /// From now on keeps every draw on `tape`, too, which must outlive it.
  void record(RandomTape& tape) { recorded_ = &tape; }

  /// Standard normal, of the given sizes and type. Sizes any; dtype floating.
  at::Tensor normal(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// Uniform in [0, 1).
  at::Tensor uniform(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// A Monte Carlo dropout mask: 1 / (1 - p) with probability 1 - p, else 0, so that its mean is 1. 0 <= rate < 1; p is
  /// the rate, on the CPU rounded to a multiple of 2^-16 below 1.
  at::Tensor dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype = c10::kFloat);
  /// Standard normal with the sizes and type of `tensor`.
  at::Tensor normal_like(const at::Tensor& tensor);
  /// Any of these.
  at::Tensor drawn(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype);

  c10::Device device() const { return device_; }

 private:
  at::Tensor draw(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype);
  at::Tensor draw_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype);
  c10::TensorOptions options(c10::ScalarType dtype) const;
  /// A tensor on the CPU, filled by fill(group, values, count) in portions of whole groups.
  template <int64_t kPerGroup, class Fill>
  at::Tensor filled(at::IntArrayRef sizes, c10::ScalarType dtype, Fill&& fill);

  c10::Device device_;
  uint64_t key_ = 0;
  uint64_t next_group_ = 0;
  at::Generator generator_;  // of other devices
  RandomTape* recorded_ = nullptr;
  const RandomTape* played_ = nullptr;
  size_t next_played_ = 0;
};

}  // namespace vrkn
