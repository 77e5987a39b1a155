#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vrkn::env {

/// What one sensor says at one moment. Of `vector` and `image` one is filled, as its SensorSpec says.
struct Reading {
  std::vector<double> vector;    ///< [size]
  std::vector<uint8_t> image;    ///< [C, H, W], rows from the top
  std::vector<uint8_t> visible;  ///< [H, W], 1 where the pixel shows the world, else 0; filled when the spec is masked
  bool valid = true;             ///< false: the reading is missing, and the arrays hold zeros of the right size
};

/// Makes the reading missing: zeros of the same sizes, nothing visible, not valid.
inline void mark_missing(Reading& reading) {
  std::ranges::fill(reading.vector, 0.0);
  std::ranges::fill(reading.image, uint8_t{0});
  std::ranges::fill(reading.visible, uint8_t{0});
  reading.valid = false;
}

/// One reading per sensor, in the order of EnvironmentSpec::sensors.
struct Observation {
  std::vector<Reading> sensors;
};

/// What a reset or a step returns. `reward` came with `observation`; it is 0 at a reset.
struct TimeStep {
  Observation observation;
  double reward = 0.0;
  bool is_last = false;   ///< the episode is over: the next call must be a reset
  double discount = 1.0;  ///< 0 where the task itself ended, 1 at a mere time limit
};

}  // namespace vrkn::env
