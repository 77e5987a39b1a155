#pragma once

#include <filesystem>
#include <span>

#include "vrkn/study/lgssm_study.h"

namespace vrkn::presentation {

/// Writes figure.svg and figure.png, the paper's Figure 2 from these results, into `folder`: one dot for each seed and
/// scheme. There must be one seed at least.
void write_study_figure(const std::filesystem::path& folder, const study::PopulationResult& population,
                        std::span<const study::SeedResult> seeds, const study::StudyConfig& config);

}  // namespace vrkn::presentation
