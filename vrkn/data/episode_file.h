#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "vrkn/data/episode.h"

namespace vrkn::data {

// An episode file is a NumPy .npz archive with L steps, the reset first:
//   <sensor>           uint8 [L, C, H, W] or float32 [L, size], one array per sensor under its name
//   <sensor>_valid     bool [L]
//   <sensor>_visible   bool [L, H, W], of masked sensors only
//   action             float32 [L, A], the action that led to the step
//   reward             float32 [L]
//   discount           float32 [L]
//   is_first           bool [L], true at the reset only

/// The name of episode `number`, >= 0, of several, without an ending: "000012".
std::string episode_name(int64_t number);

/// Writes an episode file; it appears whole or not at all. Throws DataError.
void write_episode(const std::filesystem::path& path, const Episode& episode, std::span<const env::SensorSpec> sensors);

/// Reads an episode file and checks every array against the sensors, the action size and the limits of what can be
/// learned from (limits.h). Throws DataError naming the file and the array.
Episode read_episode(const std::filesystem::path& path, std::span<const env::SensorSpec> sensors, int64_t action_size);

}  // namespace vrkn::data
