#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"

namespace vrkn::math {

/// The interval around a predicted mean that holds the truth with some probability: both ends, of equal sizes.
struct CentralInterval {
  at::Tensor low;
  at::Tensor high;
};

/// What predicted Gaussians have to be corrected by so that their central intervals hold what they promise: learned
/// from earlier predictions and what came of them. Without half-widths it changes nothing.
///
/// It is a monotone map of probabilities: the interval of nominal probability p becomes the one that held a share p of
/// the earlier truths.
/// Source: V. Kuleshov, N. Fenner, S. Ermon, "Accurate uncertainties for deep learning using calibrated regression",
/// 2018. Differs in: it corrects central intervals, not quantiles, so it stays symmetric around the mean. That is split
/// conformal prediction with the score |truth - mean| / deviation (J. Lei et al., "Distribution-free predictive
/// inference for regression", 2018, Sec. 2.2 and 5.2).
struct Recalibration {
  /// Number of half-widths.
  static constexpr size_t kLevels = 99;

  /// By what variances are multiplied where a density is asked for, > 0: the mean of (truth - mean)^2 / var.
  double variance_scale = 1.0;
  /// Half of the central interval of probability 0.01, 0.02 ... 0.99, in deviations of the prediction: > 0, and none is
  /// below the one before. In between they are joined by straight lines; beyond 0.99 goes a Gaussian's tail that has
  /// this half-width at 0.99. Empty: those of a Gaussian.
  std::vector<double> half_widths = {};

  /// Throws DataError, which says why, when these numbers are no recalibration.
  void check() const;

  /// The probability of the smallest central interval that holds a truth so many deviations away, >= 0: in [0, 1], of
  /// the same sizes, double.
  at::Tensor probability(const at::Tensor& deviations) const;
  /// The other way: half of the central interval of this probability, in deviations. Throws ConfigError when the
  /// probability is not between 0 and 1.
  double half_width(double level) const;
  /// The central interval of probability `level` of every element. Throws as half_width.
  CentralInterval interval(const DiagonalGaussian& predicted, double level) const;
};

/// By the quantity's name and by the steps ahead.
using Recalibrations = std::map<std::string, std::map<int64_t, Recalibration>>;

/// The one that was fitted. Throws ConfigError naming what was, where this was not.
const Recalibration& find_recalibration(const Recalibrations& all, const std::string& quantity, int64_t steps_ahead);

/// How often |truth - mean| was so many deviations: bins of equal width in the logarithm, each 0.9 % wide, so that the
/// quantiles of any number of values are known as exactly. Below the first and above the last edge is one bin each.
class ErrorHistogram {
 public:
  /// Elements >= 0 and finite, of any sizes; not checked.
  void add(const at::Tensor& deviations);
  /// Values so far.
  int64_t count() const;
  /// The smallest half-width that holds the share `level` of another value like these, as split conformal prediction
  /// has it: the value of rank (count + 1) level, and the largest one where that is beyond the last. At least one
  /// value; 0 < level < 1. Neither is checked.
  double quantile(double level) const;

 private:
  static constexpr int64_t kInner = 2000;
  static constexpr double kLow = 1e-4, kHigh = 1e4;

  std::vector<int64_t> counts_ = std::vector<int64_t>(kInner + 2);
  double largest_ = 0.0;
};

}  // namespace vrkn::math
