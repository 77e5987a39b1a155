#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/data/npz.h"
#include "vrkn/env/spec.h"

namespace vrkn::data {

// Logged episodes: our own files (episode_file.h), those that Dreamer's family of programs writes, and transitions as
// D4RL and Minari keep them. One file holds one episode, or several. What is a sensor follows from the arrays alone
// (docs/offline.md):
//   uint8 [L, H, W], [L, H, W, C] or [L, C, H, W]    an image
//   float16, float32 or float64 [L, ...]             a vector, its axes joined
//   <sensor>_valid [L]                               which readings are valid; missing: all
//   <sensor>_visible [L, H, W]                       which pixels show the world; missing: the sensor is not masked
//   action [L] or [L, A], reward [L]                 which step they belong to: FileLayout
//   discount or is_terminal [L]                      where the task itself ended; missing: nowhere
//   is_first [L]                                     where episodes begin; missing: at step 0
// Actions, rewards and what ended the task may have L - 1 rows: the first one led to step 1.

/// Which step the rows of an action and a reward belong to.
enum class FileLayout {
  kAuto,         ///< as the file itself shows: kDreamerV3 with `stepid` or `reset`, kTransitions with `rewards`
  kDreamer,      ///< action[t] led to step t, reward[t] came with it: our own files, and Dreamer's of versions 1 and 2
  kDreamerV3,    ///< action[t] was taken at step t, reward[t] came with step t
  kTransitions,  ///< action[t] was taken at step t, reward[t] is what it brought: D4RL, LeRobot
};

/// The layout of a name: auto, dreamer, dreamerv3, transitions. Throws ConfigError naming these.
FileLayout file_layout_from(std::string_view name);
/// The name of a layout, as file_layout_from reads it.
std::string_view to_string(FileLayout layout);

/// What an episode file delivers.
struct EpisodeLayout {
  std::vector<env::SensorSpec> sensors;  ///< in the order of the file
  int64_t action_size = 0;

  bool operator==(const EpisodeLayout&) const = default;
};

/// Finds out what a file holds. Throws DataError naming the file and the array when it is no episode.
EpisodeLayout layout_of(const Npz& file);

/// The entries that are neither sensors nor anything else that is read, with their types: of names that begin with
/// `log_` or hold a `/`, of integers, text, and what a `next_` before the name of another entry shows a second time.
std::vector<std::string> left_aside(const Npz& file);

/// The episodes in a file, at least one, as far as `layout` asks for them. One that begins or ends with the file and
/// not with `is_first` is a piece of an episode. Of transitions the last step of each has no readings: nobody logged
/// what the last action led to. Throws DataError naming the file and the array that is missing, of another type or
/// shape, not finite, or too large (limits.h).
std::vector<Episode> to_episodes(const Npz& file, const EpisodeLayout& layout,
                                 FileLayout file_layout = FileLayout::kAuto);

/// Episodes with what they have in common.
struct EpisodeLog {
  EpisodeLayout layout;
  std::vector<std::vector<Episode>> episodes;  ///< of every file, in the order of the files
  std::vector<std::string> left_aside;         ///< of the first file
};

/// Reads `files`, at least one (unchecked). Throws DataError when one is no episode, or does not hold what the first
/// one holds; names the file and the array.
EpisodeLog read_episode_log(std::span<const std::filesystem::path> files, FileLayout file_layout = FileLayout::kAuto);

/// The .npz files directly in `folder`, sorted by name. Throws DataError when there is no such folder or file.
std::vector<std::filesystem::path> episode_files(const std::filesystem::path& folder);

}  // namespace vrkn::data
