#pragma once

#include <array>
#include <cstdint>

#include <ATen/core/Tensor.h>

#include "vrkn/math/gaussian.h"

namespace vrkn::math {

/// Compares predicted Gaussians with what came true, value by value: a running account.
///
/// A prediction is calibrated when its central interval of probability p covers the truth in a share p of all cases:
/// then erf(|truth - mean| / sqrt(2 var)), the probability of the smallest central interval that holds the truth, is
/// uniform in [0, 1]. The account counts it in bins of equal width, so the coverage is known at every bin's edge.
class Calibration {
 public:
  static constexpr size_t kBins = 20;

  /// Every element is one case; mean, var and truth have equal sizes. Throws ShapeError, and NumericalError when a
  /// value is not finite or a variance not positive.
  void add(const DiagonalGaussian& predicted, const at::Tensor& truth);

  int64_t count() const { return count_; }
  /// The share of cases within the central interval of probability edge / kBins; edge = 1 ... kBins. NaN without cases,
  /// as all that follows.
  double coverage(size_t edge) const;
  /// Minus the mean log density of the truth, nats.
  double negative_log_likelihood() const;
  /// Mean of (truth - mean)^2.
  double squared_error() const;
  /// Mean of (truth - mean)^2 / var: 1 where the variances are right on average.
  double normalised_squared_error() const;

 private:
  std::array<int64_t, kBins> bins_ = {};
  int64_t count_ = 0;
  double minus_log_density_ = 0.0, squared_ = 0.0, normalised_ = 0.0;  // sums
};

}  // namespace vrkn::math
