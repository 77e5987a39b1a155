#pragma once

#include "vrkn/kalman/sequences.h"

namespace vrkn::kalman {

/// What a learned covariance may look like.
enum class CovarianceForm {
  kFull,
  kDiagonal,
  kSpherical,  ///< a number times the identity
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

  bool dynamics() const { return transition || state_offset || process_noise; }
  bool emissions() const { return emission || emission_offset || observation_noise; }
};

/// Throws ConfigError when nothing is learned, a learned parameter or its companion differs from step to step, or a
/// learned covariance does not start positive definite and in its form; DataError when the dynamics are learned from
/// sequences of one step; and what kalman::validate(model, data) throws.
void validate(const LinearGaussianModel& model, const Sequences& data, const Learned& learned);

/// The nearest matrix of this form: the diagonal alone, or its mean.
Matrix in_form(const Matrix& covariance, CovarianceForm form);

}  // namespace vrkn::kalman
