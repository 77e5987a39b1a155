#pragma once

#include <cstdint>
#include <vector>

namespace vrkn {

/// What one sensor says at one moment. Exactly one of the arrays is filled, as its SensorSpec says.
struct Reading {
  std::vector<double> vector;  ///< [size]
  std::vector<uint8_t> image;  ///< [3, H, W], rows from the top
  bool valid = true;           ///< false: the sensor is silent now, and the arrays hold zeros of the right size
};

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

}  // namespace vrkn
