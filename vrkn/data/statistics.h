#pragma once

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/env/spec.h"

namespace vrkn {

struct Episode;

/// How the readings of one sensor scatter. Both undefined for images.
struct SensorStatistics {
  at::Tensor mean;  ///< float [size]
  at::Tensor std;   ///< float [size], floored at kSmallestStd
};

inline constexpr double kSmallestStd = 0.01;

/// Mean and standard deviation of every vector sensor over the valid steps of `episodes`; 0 and 1 where it was never
/// valid. One entry per sensor.
std::vector<SensorStatistics> sensor_statistics(std::span<const Episode> episodes, std::span<const SensorSpec> sensors);

}  // namespace vrkn
