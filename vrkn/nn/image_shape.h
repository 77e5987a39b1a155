#pragma once

#include <algorithm>
#include <cstdint>

namespace vrkn::nn {

/// The sizes of an image [C, H, W].
struct ImageShape {
  int64_t channels = 3;
  int64_t height = 0;
  int64_t width = 0;

  ImageShape(int64_t channel_count, int64_t rows, int64_t columns)
      : channels(channel_count), height(rows), width(columns) {}
  /// A square image in three colours.
  ImageShape(int64_t side) : ImageShape(3, side, side) {}  // NOLINT(google-explicit-constructor)

  int64_t shorter_side() const { return std::min(height, width); }
};

}  // namespace vrkn::nn
