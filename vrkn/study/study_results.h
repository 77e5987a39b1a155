#pragma once

#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "vrkn/study/lgssm_study.h"

namespace vrkn::study {

// What a study found: as JSON (results.json, and `--json`), and as a table for people. Medians are over the seeds, of
// which there must be one at least.

/// Of the population optimum alone.
nlohmann::ordered_json to_json(const PopulationResult& population, const StudyConfig& config);
std::string to_table(const PopulationResult& population, const StudyConfig& config);

/// Of everything.
nlohmann::ordered_json to_json(const PopulationResult& population, std::span<const SeedResult> seeds,
                               const StudyConfig& config);
std::string to_table(const PopulationResult& population, std::span<const SeedResult> seeds, const StudyConfig& config);

}  // namespace vrkn::study
