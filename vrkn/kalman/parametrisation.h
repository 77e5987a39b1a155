#pragma once

#include <string>

#include "vrkn/kalman/learned_regression.h"

namespace vrkn::kalman {

/// The learned parameters of a model as one vector without constraints, for optimisers that know none. In the order m0,
/// P0, A, b, Q, C, d, R, as far as they are learned: matrices and vectors by their learned elements, row by row. A
/// covariance by its independent blocks: one that is free by the lower triangle of its Cholesky factor, row by row,
/// with the logarithms of the diagonal; a variance by its logarithm; a block of which only some elements are learned by
/// these, variances as logarithms, and there not every vector gives a covariance.
class Parametrisation {
 public:
  /// Learned offsets that are empty in `model` become vectors of zeros, and the initial covariance of stationary
  /// components follows their dynamics.
  Parametrisation(LinearGaussianModel model, const Learned& learned);

  /// The model it was made from, with what the constructor adds.
  const LinearGaussianModel& start_model() const { return model_; }
  /// Its vector.
  std::vector<double> start() const { return parameters(model_); }
  /// The vector of another model with the same structure.
  std::vector<double> parameters(const LinearGaussianModel& model) const;
  /// The model with these parameters; the others are those it was made from. Throws NumericalError when stationary
  /// components would not be stable.
  LinearGaussianModel model(const std::vector<double>& parameters) const;
  /// The expected complete-data log-likelihood of a model under these statistics, without its constant and without the
  /// terms in which nothing is learned.
  double expected_log_likelihood(const LinearGaussianModel& at, const ExpectedStatistics& statistics) const;
  /// Its gradient by the vector. At the model whose statistics these are, it is the gradient of the log-likelihood
  /// itself, by Fisher's identity.
  std::vector<double> gradient(const LinearGaussianModel& at, const ExpectedStatistics& statistics) const;

  /// Which parameter each number stands for: "the transition matrix, row 1, column 0".
  std::vector<std::string> names() const;
  /// Every learned element of the parameters themselves, in the order of the vector; of a covariance the lower triangle
  /// of a free block, a shared variance once.
  std::vector<double> elements(const LinearGaussianModel& model) const;
  /// A model of zeros with these numbers at the places of elements(), the upper triangles too.
  LinearGaussianModel placed(const std::vector<double>& elements) const;

  const LearnedRegression& initial() const { return initial_; }
  const LearnedRegression& dynamics() const { return dynamics_; }
  const LearnedRegression& emission() const { return emission_; }

 private:
  template <class Model, class Visit>
  void visit(Model& model, const Visit& visit) const;
  void follow_dynamics(LinearGaussianModel& model) const;

  LinearGaussianModel model_;
  Learned learned_;
  LearnedRegression initial_ = {}, dynamics_ = {}, emission_ = {};
};

}  // namespace vrkn::kalman
