#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vrkn::analysis {

/// How a quantity moves with the steps ahead, by the straight line of least squares through each episode's values.
struct Trend {
  double change = 0.0;  ///< from the first step to the last along the mean line, over the mean value; NaN: unknown
  double standard_error = 0.0;  ///< of `change`, by how much episodes differ; NaN of a single one

  /// By more than two standard errors. Neither is true of fewer than kFewestEpisodes.
  bool rises() const;
  bool falls() const;
};

/// The trend of y_ij, the mean of episode i at the steps ahead x_j. With b_i the slope of episode i over x, c_i = b_i
/// (x_H
/// - x_1) the change along its line, and m_i its mean value:
///
///   change = sum c_i / sum m_i,   standard error = sqrt(sum (c_i - change m_i)^2 / (n (n - 1))) / mean of m_i
///
/// the ratio estimator of Cochran (1977, Sampling Techniques, Chapter 6). `curves`: [n][H]. Unknown for fewer than two
/// steps, without an episode, or where the mean value is not positive.
Trend trend_of(std::span<const double> steps_ahead, std::span<const std::vector<double>> curves);

/// What happens to one quantity in a gap, the steps after the last reading: the model's variance beside the squared
/// error, means over the same predictions, network units.
struct GapCheck {
  static constexpr int64_t kFewestEpisodes = 3;

  std::vector<double> steps_ahead = {};    ///< [H']
  int64_t episodes = 0;                    ///< that have all these steps
  std::vector<double> variance = {};       ///< [H'] aleatoric and epistemic part; the noise is a constant
  std::vector<double> squared_error = {};  ///< [H'] empty of the latent state, of which there is no truth
  Trend variance_trend = {}, error_trend = {};

  /// Whether the model becomes surer while it becomes worse.
  bool warns() const { return variance_trend.falls() && error_trend.rises(); }
};

/// The check of the curves of n episodes, [n][H'] each. `squared_errors` may be empty.
GapCheck gap_check(std::vector<double> steps_ahead, std::span<const std::vector<double>> variances,
                   std::span<const std::vector<double>> squared_errors);

/// "+37 % (4)": a change with its standard error, in per cent of the mean; "-" where it is unknown.
std::string trend_text(const Trend& trend);

}  // namespace vrkn::analysis
