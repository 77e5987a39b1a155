#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/math/recalibration.h"

namespace vrkn::math {

/// Compares predicted Gaussians with what came true, value by value: a running account.
///
/// A prediction is calibrated when its central interval of probability p covers the truth in a share p of all cases:
/// then erf(|truth - mean| / sqrt(2 var)), the probability of the smallest central interval that holds the truth, is
/// uniform in [0, 1]. The account counts it in bins of equal width, so the coverage is known at every bin's edge.
///
/// With a recalibration all of this is said of the recalibrated predictions: its map gives that probability, and the
/// density, the CRPS and the normalised error are of the Gaussian with the scaled variance.
class Calibration {
 public:
  /// Of the coverage and of the probability integral transform.
  static constexpr size_t kBins = 20;

  /// `recalibration`: what predictions are corrected by; by default nothing changes.
  explicit Calibration(Recalibration recalibration = {}) : recalibration_(std::move(recalibration)) {}

  /// Every element is one case; mean, var and truth have equal sizes. Throws ShapeError, and NumericalError when a
  /// value is not finite or a variance not positive.
  void add(const DiagonalGaussian& predicted, const at::Tensor& truth);

  /// Cases so far.
  int64_t count() const { return count_; }
  /// The share of cases within the central interval of probability edge / kBins; edge = 1 ... kBins, unchecked. NaN
  /// without cases, as all that follows.
  double coverage(size_t edge) const;
  /// The share of cases whose probability integral transform P(value < truth) lies in the bin from bin / kBins to (bin
  /// + 1) / kBins; bin = 0 ... kBins - 1, unchecked. Calibrated: 1 / kBins in each. Low bins hold truths below the
  /// mean.
  double pit(size_t bin) const;
  /// Mean of the continuous ranked probability score of the Gaussian, in the unit of the values; the smaller the
  /// better. Source: T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", 2007, Eq.
  /// (21), with the other sign.
  double crps() const;
  /// Minus the mean log density of the truth, nats.
  double negative_log_likelihood() const;
  /// Mean of (truth - mean)^2.
  double squared_error() const;
  /// Mean of (truth - mean)^2 / var: 1 where the variances are right on average.
  double normalised_squared_error() const;

  /// What would have made these predictions calibrated, whatever recalibration the account is kept with. Throws
  /// DataError for fewer cases than the interval of 99 % needs, kLevels.
  Recalibration fit() const;

 private:
  Recalibration recalibration_;
  std::array<int64_t, kBins> bins_ = {}, pit_ = {};
  ErrorHistogram errors_;
  int64_t count_ = 0;
  double minus_log_density_ = 0.0, crps_ = 0.0, squared_ = 0.0, normalised_ = 0.0;  // sums
};

}  // namespace vrkn::math
