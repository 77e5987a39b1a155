#pragma once

#include <filesystem>
#include <vector>

#include "vrkn/core/process_rank.h"
#include "vrkn/core/random.h"
#include "vrkn/data/episode.h"

namespace vrkn::data {

/// All episodes of a run, in memory and, where a folder is given, as files 000000.npz, 000001.npz, ... in it.
class Replay {
 public:
  /// An empty folder path keeps the episodes in memory only.
  Replay(std::vector<env::SensorSpec> sensors, int64_t action_size, std::filesystem::path folder = {});

  /// Adds an episode, the file first. A file of the same number left by an interrupted run is replaced. Throws
  /// DataError when the file cannot be written; the replay then stays as it was.
  void add(Episode episode);

  /// Reads the first `count` episodes of the folder into an empty replay. Throws DataError naming a missing or damaged
  /// file.
  void load(int64_t count);

  /// In the order in which they were added.
  const std::vector<Episode>& episodes() const { return episodes_; }

  /// `batch` sub-sequences of `length` steps: an episode drawn uniformly from the long enough ones, then its begin
  /// drawn uniformly. Of several processes that draw from equal streams each copies its share of the rows, `batch` /
  /// process.world_size of them. Throws DataError when there is no episode of that length. `batch` must be a multiple
  /// of process.world_size: not checked, the rest is dropped.
  Batch sample(int64_t batch, int64_t length, ScalarGenerator& random, ProcessRank process = {}) const;

 private:
  std::vector<env::SensorSpec> sensors_;
  int64_t action_size_;
  std::filesystem::path folder_;
  std::vector<Episode> episodes_;
};

}  // namespace vrkn::data
