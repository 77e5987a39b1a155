#pragma once

#include <cstdint>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>

#include "vrkn/core/process_rank.h"
#include "vrkn/math/recorded_draws.h"

namespace vrkn::math {

/// A stream of random tensors on one device. Seed it with derive_seed() so that it is one of the run's named streams.
///
/// On the CPU it counts (vrkn/kernel/philox.h): the same numbers for any number of threads and on any processor. On
/// other devices it is LibTorch's generator.
///
/// A stream may be drawn by several processes together, each for its share of a batch: a draw then returns the share's
/// rows of what one process alone would have drawn for all of them. `sizes` are those of the share, the rows lie along
/// `batch_axis`.
class TensorGenerator {
 public:
  /// A stream of tensors on `device`; `process`: whose share of the rows is drawn.
  explicit TensorGenerator(uint64_t seed, c10::Device device = c10::kCPU, ProcessRank process = {});
  /// Draws nothing: hands out the tensors of `draws` in their order, which lie on `device`. Throws ShapeError when
  /// anything else is drawn. The draws must outlive it.
  TensorGenerator(const RecordedDraws& draws, c10::Device device);

  /// From now on keeps every draw on `draws`, too, which must outlive it.
  void record(RecordedDraws& draws) { recorded_ = &draws; }

  /// Standard normal, of the given sizes and type. Sizes any; dtype floating.
  at::Tensor normal(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat, int64_t batch_axis = 0);
  /// Uniform in [0, 1); the rows lie along the first axis.
  at::Tensor uniform(at::IntArrayRef sizes, c10::ScalarType dtype = c10::kFloat);
  /// A Monte Carlo dropout mask: 1 / (1 - p) with probability 1 - p, else 0, so that its mean is 1. 0 <= rate < 1; p is
  /// the rate, on the CPU rounded to a multiple of 2^-16 below 1.
  at::Tensor dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype = c10::kFloat,
                          int64_t batch_axis = 0);
  /// Standard normal with the sizes and type of `tensor`.
  at::Tensor normal_like(const at::Tensor& tensor);
  /// Any of these.
  at::Tensor drawn(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype);

  /// Where its tensors lie.
  c10::Device device() const { return device_; }

 private:
  at::Tensor draw(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype);
  at::Tensor draw_mask(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype);
  c10::TensorOptions options(c10::ScalarType dtype) const;
  /// A tensor on the CPU, filled by fill(group, values, count) from the beginning of a group on.
  template <int64_t kPerGroup, class Fill>
  at::Tensor filled(at::IntArrayRef sizes, c10::ScalarType dtype, int64_t batch_axis, Fill&& fill);
  /// A tensor on another device: the share's rows of draw(sizes of all).
  template <class Draw>
  at::Tensor part_of(at::IntArrayRef sizes, int64_t batch_axis, Draw&& draw);

  c10::Device device_;
  ProcessRank process_;
  uint64_t key_ = 0;
  uint64_t next_group_ = 0;
  at::Generator generator_;  // of other devices
  RecordedDraws* recorded_ = nullptr;
  const RecordedDraws* played_ = nullptr;
  size_t next_played_ = 0;
};

}  // namespace vrkn::math
