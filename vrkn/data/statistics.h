#pragma once

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/env/spec.h"

namespace vrkn::data {

struct Episode;

/// How the readings of one sensor scatter, in raw units.
struct SensorStatistics {
  at::Tensor mean;  ///< of vectors float [size]; of images float [C, H, W], 0 to 255
  at::Tensor std;   ///< of vectors float [size], floored at kSmallestStd; of images undefined
};

/// In the sensor's raw units.
inline constexpr double kSmallestStd = 0.01;

/// Mean and standard deviation of every sensor over the valid steps of `episodes`, of images over the visible pixels; 0
/// and 1 where there were none. One entry per sensor.
std::vector<SensorStatistics> sensor_statistics(std::span<const Episode> episodes,
                                                std::span<const env::SensorSpec> sensors);

}  // namespace vrkn::data
