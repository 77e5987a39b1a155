#pragma once

#include "vrkn/kalman/learned.h"
#include "vrkn/kalman/statistics.h"

namespace vrkn::kalman {

/// The learned parameters of a model as one vector without constraints, for optimisers that know none. In the order m0,
/// P0, A, b, Q, C, d, R, as far as they are learned: matrices and vectors by their entries; a spherical covariance by
/// its log variance; a diagonal one by its log variances; a full one by the lower triangle of its Cholesky factor, row
/// by row, with the logarithms of the diagonal.
class Parametrisation {
 public:
  /// Learned offsets that are empty in `model` become vectors of zeros.
  Parametrisation(LinearGaussianModel model, const Learned& learned);

  /// The vector of the model it was made from.
  std::vector<double> start() const;
  /// The model with these parameters; the others are those it was made from.
  LinearGaussianModel model(const std::vector<double>& parameters) const;
  /// The gradient of the log-likelihood by the vector, at the model whose statistics these are, by Fisher's identity:
  /// it is the gradient of the expected complete-data log-likelihood at the same point.
  std::vector<double> gradient(const LinearGaussianModel& at, const ExpectedStatistics& statistics) const;

 private:
  LinearGaussianModel model_;
  Learned learned_;
};

}  // namespace vrkn::kalman
