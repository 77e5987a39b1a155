#pragma once

#include "vrkn/kalman/parametrisation.h"

namespace vrkn::kalman {

/// Notices on the way of a fit that the likelihood has no maximum: it grows without bound as learned variances go to 0.
/// A variance is suspect below 1e-13 of the mean square of what it is the noise of, which double precision cannot tell
/// from 0. Whether the likelihood still grows there is seen by raising all small variances a hundredfold, which must
/// then lower it by 0.1 nats per natural logarithm; at a maximum with a variance of 0 it changes nothing.
class MaximumCheck {
 public:
  /// `statistics`: those of `start`.
  MaximumCheck(const LinearGaussianModel& start, const ExpectedStatistics& statistics, const Learned& learned,
               const Sequences& data, const ComputeOptions& compute);

  /// Throws NumericalError, naming the variance that is smallest beside its mean square, when the likelihood grows
  /// without bound at `model`.
  void check(const LinearGaussianModel& model, int64_t iterations) const;
  /// The same for a model at which the computation failed, however large its variances are; returns when that is not
  /// why.
  void explain_failure(const LinearGaussianModel& last_good, int64_t iterations) const;

 private:
  void check_below(double share, const LinearGaussianModel& model, int64_t iterations) const;

  Parametrisation parametrisation_;
  Vector initial_square_, state_square_, observation_square_;  // mean squares, by component
  const Sequences& data_;
  ComputeOptions compute_;
};

}  // namespace vrkn::kalman
