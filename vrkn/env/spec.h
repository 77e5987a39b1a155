#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vrkn::env {

/// What one reading of a sensor is.
enum class SensorKind {
  kImage,   ///< uint8 [C, H, W]
  kVector,  ///< float [size]
};

/// What one sensor delivers. Encoders, decoders, replay and files are built from these alone.
struct SensorSpec {
  std::string name;  ///< "image", "proprioception", "state", or the user's own
  SensorKind kind = SensorKind::kVector;
  std::vector<int64_t> shape;  ///< [C, H, W] or [size]
  bool masked = false;         ///< images only: readings say which pixels show the world, as a mask [H, W]

  /// Number of values of one reading.
  int64_t size() const {
    int64_t product = 1;
    for (const int64_t extent : shape) product *= extent;
    return product;
  }
  /// Shape of the mask of an image: [H, W].
  std::vector<int64_t> mask_shape() const { return {shape.at(1), shape.at(2)}; }
  /// Number of values of a reading's mask; 0 for a sensor without one.
  int64_t mask_size() const { return masked ? shape.at(1) * shape.at(2) : 0; }

  bool operator==(const SensorSpec&) const = default;
};

/// Throws ConfigError unless every sensor has a name of letters, digits and '_' that no other sensor has, and that
/// files and metrics do not use for something else: action, reward, discount, is_first, total, kl, and names that end
/// in _valid or _visible; and unless only images are masked.
void check_sensors(const std::vector<SensorSpec>& sensors);

/// What an environment takes and gives.
struct EnvironmentSpec {
  std::string name;                 ///< of the task, for messages
  std::vector<SensorSpec> sensors;  ///< in the order of Observation::sensors
  int64_t action_size = 0;          ///< A; every component in [-1, 1]
  int64_t action_repeat = 1;        ///< control steps of the simulator per agent step
  int64_t step_limit = 0;           ///< agent steps of a whole episode, the reset not counted
};

}  // namespace vrkn::env
