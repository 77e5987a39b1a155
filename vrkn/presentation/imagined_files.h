#pragma once

#include <filesystem>

#include "vrkn/evaluation/imagined_episode.h"

namespace vrkn::presentation {

/// Writes strips and videos of image sensors, figures of vector sensors and of the reward, and all numbers as
/// imagined.npz into `folder`. Files and arrays: docs/offline.md.
void write_imagined(const std::filesystem::path& folder, const evaluation::ImaginedEpisode& episode);

}  // namespace vrkn::presentation
