#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "vrkn/study/series_fit.h"

namespace vrkn::study {

/// Writes the beliefs about all sequences: {predicted, filtered, smoothed}_{mean, covariance} [N, T, Z] and [N, T, Z,
/// Z], innovation [N, T, O], log_density [N, T]. Covariances that all sequences share are written once, [1, T, Z, Z].
void write_beliefs(const std::filesystem::path& path, const SeriesFit& fit);

/// The model and how well it predicts, as results.json has it; null for sequences that there are none of.
nlohmann::ordered_json to_json(const SeriesFit& fit);

/// The same for people, without the model's matrices.
std::string to_table(const SeriesFit& fit);

}  // namespace vrkn::study
