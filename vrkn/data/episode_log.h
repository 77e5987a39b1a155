#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/data/npz.h"
#include "vrkn/env/spec.h"

namespace vrkn::data {

// Logged episodes: our own files (episode_file.h) and those that Dreamer's family of programs writes, one episode each.
// What is a sensor follows from the arrays alone (docs/offline.md):
//   uint8 [L, H, W, 3] or [L, 3, H, W]     an image
//   float32 or float64 [L, ...]            a vector, its axes joined
//   <sensor>_valid, <sensor>_visible       which readings are valid, which pixels show the world; missing: always, all
//   action [L] or [L, A], reward [L]       action[t] led to step t; what step 0 says is not read
//   discount or is_terminal [L]            where the task itself ended; missing: nowhere
//   is_first [L]                           if there, true at step 0 only
// Arrays of other types, and those called is_last, reset or log_..., are left aside.

/// What an episode file delivers.
struct EpisodeLayout {
  std::vector<env::SensorSpec> sensors;  ///< in the order of the file
  int64_t action_size = 0;

  bool operator==(const EpisodeLayout&) const = default;
};

/// Finds out what a file holds. Throws DataError naming the file and the array when it is no episode.
EpisodeLayout layout_of(const Npz& file);

/// The episode in a file, as far as `layout` asks for it; other arrays may be there. Throws DataError naming the file
/// and the array that is missing, of another type or shape, or not finite.
Episode to_episode(const Npz& file, const EpisodeLayout& layout);

/// Episodes with what they have in common.
struct EpisodeLog {
  EpisodeLayout layout;
  std::vector<Episode> episodes;  ///< in the order of the files
};

/// Reads at least one file. Throws DataError when one is no episode, or does not hold what the first one holds; names
/// the file and the array.
EpisodeLog read_episode_log(std::span<const std::filesystem::path> files);

/// The .npz files directly in `folder`, sorted by name. Throws DataError when there is no such folder or file.
std::vector<std::filesystem::path> episode_files(const std::filesystem::path& folder);

}  // namespace vrkn::data
