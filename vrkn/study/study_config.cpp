#include "vrkn/study/study_config.h"

#include <cmath>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::study {

std::vector<std::vector<double>> default_transition_matrix() {
  std::vector<std::vector<double>> matrix(4, std::vector<double>(4, 0.0));
  const auto rotate = [&](size_t at, double damping, double angle_rad) {
    matrix[at][at] = matrix[at + 1][at + 1] = damping * std::cos(angle_rad);
    matrix[at + 1][at] = damping * std::sin(angle_rad);
    matrix[at][at + 1] = -matrix[at + 1][at];
  };
  rotate(0, 0.98, 0.3);
  rotate(2, 0.95, 0.8);
  return matrix;
}

StudyConfig study_preset(std::string_view name) {
  StudyConfig config;
  if (name == "paper") return config;
  if (name != "quick") throw ConfigError("preset is \"" + std::string(name) + "\", but must be paper or quick");
  config.sequences = 400;
  config.test_sequences = 100;
  config.seeds = 2;
  config.smoother_network.updates = 1500;
  config.filter_network.updates = 600;
  return config;
}

void StudyConfig::validate() const {
  if (transition_matrix.empty()) throw ConfigError("transition_matrix is empty, but must have at least one row");
  for (const std::vector<double>& row : transition_matrix) {
    if (row.size() != transition_matrix.size()) {
      throw ConfigError("transition_matrix has " + std::to_string(transition_matrix.size()) +
                        " rows, so every row must have as many numbers, but one has " + std::to_string(row.size()));
    }
    for (const double entry : row) {
      if (!std::isfinite(entry)) {
        throw ConfigError("transition_matrix holds " + std::to_string(entry) + ", but must hold finite numbers only");
      }
    }
  }
}

}  // namespace vrkn::study
