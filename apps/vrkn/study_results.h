#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "vrkn/study/lgssm_study.h"

namespace vrkn::app {

// What `vrkn study lgssm` shows and writes.

/// Of the population optimum alone.
nlohmann::ordered_json to_json(const study::PopulationResult& population, const study::StudyConfig& config);
std::string to_table(const study::PopulationResult& population, const study::StudyConfig& config);

/// Of everything.
nlohmann::ordered_json to_json(const study::PopulationResult& population, std::span<const study::SeedResult> seeds,
                               const study::StudyConfig& config);
std::string to_table(const study::PopulationResult& population, std::span<const study::SeedResult> seeds,
                     const study::StudyConfig& config);

/// Writes figure.svg and figure.png, the paper's Figure 2 from these results, into `folder`.
void write_study_figure(const std::filesystem::path& folder, const study::PopulationResult& population,
                        std::span<const study::SeedResult> seeds, const study::StudyConfig& config);

}  // namespace vrkn::app
