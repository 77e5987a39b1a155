#pragma once

#include <vector>

#include "vrkn/kalman/sequences.h"

namespace vrkn::kalman {

/// What a learned covariance may look like.
enum class CovarianceForm {
  kFull,
  kDiagonal,
  kSpherical,  ///< a number times the identity
};

/// true where an element is learned, false where it keeps its value.
using Mask = Eigen::Matrix<bool, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Which elements of the learned parameters may change. An empty mask: all. Read only for parameters that are learned.
struct LearnedElements {
  Mask initial_mean = {};  ///< [Z, 1]
  /// [Z, Z], as all masks of covariances: symmetric; of a diagonal form the diagonal counts.
  Mask initial_covariance = {};
  Mask transition = {};         ///< [Z, Z]
  Mask state_offset = {};       ///< [Z, 1]
  Mask process_noise = {};      ///< [Z, Z]
  Mask emission = {};           ///< [O, Z]
  Mask emission_offset = {};    ///< [O, 1]
  Mask observation_noise = {};  ///< [O, O]
};

/// Which parameters a fit may change; the others keep the values they have in the model it starts from. Control
/// matrices are never learned. A parameter that is learned must be constant, and so must its companions: of {A, b, Q},
/// and of {C, d, R}.
struct Learned {
  bool initial_mean = false;
  bool initial_covariance = false;
  bool transition = false;
  bool state_offset = false;
  bool process_noise = false;
  bool emission = false;
  bool emission_offset = false;
  bool observation_noise = false;
  CovarianceForm initial_form = CovarianceForm::kFull;
  CovarianceForm process_form = CovarianceForm::kFull;
  CovarianceForm observation_form = CovarianceForm::kFull;
  /// Single elements that stay as they are:
  ///
  ///   learned.elements.transition = Mask{{true, true}, {false, false}};   // the first row alone
  ///
  /// Coefficients (m0, A, b, C, d) may be fixed one by one. So may the elements of a full covariance; only the learned
  /// part must start positive definite, so a component without process noise can stay without.
  LearnedElements elements = {};
  /// For a diagonal process noise: components with the same number share one variance [Z]. Empty: each has its own.
  std::vector<int64_t> process_groups = {};
  /// Components that start in the stationary distribution of their dynamics, with mean 0: their block of P0 solves
  /// P = A P A^T + Q and follows A and Q as they are learned. They must not depend on other components, nor have an
  /// offset, a control or a diffuse start.
  std::vector<int64_t> stationary = {};

  /// Whether a parameter of {A, b, Q} is learned.
  bool dynamics() const { return transition || state_offset || process_noise; }
  /// Whether a parameter of {C, d, R} is learned.
  bool emissions() const { return emission || emission_offset || observation_noise; }
};

/// Throws ConfigError when nothing is learned, a learned parameter or its companion differs from step to step, or a
/// learned covariance does not start positive definite and in its form; when the initial state is learned though it is
/// diffuse or stationary, a learned coefficient's component has no noise, or what stationary components ask for is not
/// so; ShapeError for a mask of the wrong size; DataError when the dynamics are learned from sequences of one step; and
/// what kalman::validate(model, data) throws.
void validate(const LinearGaussianModel& model, const Sequences& data, const Learned& learned);

/// The nearest matrix of this form, of a square one: itself, its diagonal, or the mean of that times the identity.
Matrix in_form(const Matrix& covariance, CovarianceForm form);

/// P = A P A^T + Q, the covariance in which z_t = A z_{t-1} + N(0, Q) stays, by Smith's doubling (Smith 1968).
/// Throws NumericalError when the dynamics are not stable: some eigenvalue of A is not inside the unit circle.
Matrix stationary_covariance(const Matrix& transition, const Matrix& process_noise);

}  // namespace vrkn::kalman
