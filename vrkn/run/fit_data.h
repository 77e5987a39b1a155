#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "vrkn/data/episode_log.h"
#include "vrkn/env/environment_config.h"

namespace vrkn::run {

struct ExperimentConfig;

/// What a run that learns from files learns from, as data.json keeps it (docs/run-directory.md).
struct FitData {
  data::EpisodeLayout layout;
  data::FileLayout file_layout = data::FileLayout::kAuto;
  std::vector<std::filesystem::path> training;  ///< absolute
  std::vector<std::filesystem::path> held_out;  ///< absolute
  std::vector<std::string> left_aside = {};     ///< entries of the files that are not read; not kept
};

/// Reads all files and sets aside a `share` of them, 0 <= share < 1, drawn with `seed`: at least one if the share is
/// not 0. Throws DataError when a file holds no episodes or differs from the others, when its path is not UTF-8,
/// or when no file is left to learn from or no episode on either side has `sequence_length` steps.
FitData choose_fit_data(const std::vector<std::filesystem::path>& files, double share, uint64_t seed,
                        int64_t sequence_length, data::FileLayout file_layout = data::FileLayout::kAuto);

/// All episodes of these files, in order. Throws DataError when they are not what `data` describes, and as
/// data::read_npz.
std::vector<data::Episode> read_episodes(const std::vector<std::filesystem::path>& files, const FitData& data);

/// Lets an environment offer what the files hold, names and image size, if its task can; else leaves it as it is.
void adopt_sensors(const data::EpisodeLayout& layout, env::EnvironmentConfig& environment);

/// What a new run with `config` learns from, `held_out` being the share that is set aside; its environment is made to
/// offer that. Throws as choose_fit_data, and ConfigError where the objective has no such sensors or memory is short.
FitData prepare_fit(ExperimentConfig& config, const std::vector<std::filesystem::path>& files, double held_out,
                    data::FileLayout file_layout);

/// Writes data.json; it appears whole or not at all. Throws DataError when the disk refuses.
void write_fit_data(const std::filesystem::path& path, const FitData& data);

/// Throws DataError naming the file when it is missing or does not hold what write_fit_data writes.
FitData read_fit_data(const std::filesystem::path& path);

}  // namespace vrkn::run
