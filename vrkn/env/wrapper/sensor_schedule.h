#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vrkn/core/random.h"
#include "vrkn/env/wrapper/wrapper.h"

namespace vrkn {

/// Sensors that speak only now and then. Each is heard at the reset; after every reading the next one follows an
/// interval of agent steps drawn uniformly from {shortest, ..., longest}. In between its reading is zero and not valid.
/// Several such sensors keep intervals of their own. Source: the paper's tasks with missing observations and with
/// fusion.
class SensorSchedule final : public Wrapper {
 public:
  /// Throws ConfigError unless every name is a sensor of `inner` and 1 <= shortest <= longest.
  SensorSchedule(std::unique_ptr<Environment> inner, const std::vector<std::string>& sensors, int64_t shortest,
                 int64_t longest);

  TimeStep reset(uint64_t seed) override;
  TimeStep step(std::span<const double> action) override;

 private:
  struct Intermittent {
    size_t index;  // among the sensors
    RandomStream intervals{0};
    int64_t steps_left = 0;
  };

  std::vector<Intermittent> sensors_;
  int64_t shortest_;
  int64_t longest_;
};

}  // namespace vrkn
