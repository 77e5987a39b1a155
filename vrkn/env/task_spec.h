#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "vrkn/env/spec.h"

namespace vrkn::env {

/// What there is to know about a task before it is made.
struct TaskSpec {
  std::string name;                   ///< "cartpole_swingup"
  std::string domain;                 ///< "cartpole"
  std::string goal;                   ///< one phrase for a list of tasks
  int64_t default_action_repeat = 1;  ///< control steps per agent step, as PlaNet's authors chose them
  int64_t step_limit = 0;             ///< control steps of an episode
  int64_t action_size = 0;
  std::vector<SensorSpec> sensors;  ///< all it can deliver; an image's size is the default one, 64 x 64
};

/// The spec of a sensor that delivers a vector of `size` values.
inline SensorSpec vector_sensor(std::string name, int64_t size) {
  return {.name = std::move(name), .kind = SensorKind::kVector, .shape = {size}};
}

/// The spec of the sensor "image": an RGB picture of `size` x `size` pixels.
inline SensorSpec image_sensor(int64_t size = 64) {
  return {.name = "image", .kind = SensorKind::kImage, .shape = {3, size, size}};
}

}  // namespace vrkn::env
