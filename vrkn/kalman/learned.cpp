#include "vrkn/kalman/learned.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

const char* name_of(CovarianceForm form) {
  switch (form) {
    case CovarianceForm::kDiagonal:
      return "diagonal";
    case CovarianceForm::kSpherical:
      return "a number times the identity";
    default:
      return "full";
  }
}

void check_start(const Matrix& covariance, CovarianceForm form, const std::string& name) {
  if (in_form(covariance, form) != covariance) {
    throw ConfigError(name + " is to be learned as " + name_of(form) + ", but does not start so");
  }
  if (!cholesky(covariance).is_definite) {
    throw ConfigError(name + " is to be learned, but does not start positive definite");
  }
}

template <class Value>
void check_constant(const PerStep<Value>& parameter, const std::string& name) {
  if (parameter.values.size() > 1) {
    throw ConfigError(name +
                      " is learned, or its companions are, but it differs from step to step; it must be constant");
  }
}

}  // namespace

Matrix in_form(const Matrix& covariance, CovarianceForm form) {
  if (form == CovarianceForm::kFull) return covariance;
  const Vector diagonal = covariance.diagonal();
  const bool all_equal = (diagonal.array() == diagonal[0]).all();
  if (form == CovarianceForm::kDiagonal || all_equal) return diagonal.asDiagonal();
  return diagonal.mean() * Matrix::Identity(covariance.rows(), covariance.rows());
}

void validate(const LinearGaussianModel& model, const Sequences& data, const Learned& learned) {
  validate(model, data);
  if (!learned.initial_mean && !learned.initial_covariance && !learned.dynamics() && !learned.emissions()) {
    throw ConfigError("no parameter is to be learned; choose at least one");
  }
  if (learned.dynamics()) {
    check_constant(model.transition, "the transition matrix");
    check_constant(model.state_offset, "the state offset");
    check_constant(model.process_noise, "the process noise");
    if (data.observations.steps < 2) {
      throw DataError("the dynamics cannot be learned from sequences of length 1; expected at least 2 steps");
    }
  }
  if (learned.emissions()) {
    check_constant(model.emission, "the emission matrix");
    check_constant(model.emission_offset, "the emission offset");
    check_constant(model.observation_noise, "the observation noise");
  }
  if (learned.initial_covariance) {
    check_start(model.initial_covariance, learned.initial_form, "the initial covariance");
  }
  if (learned.process_noise) check_start(model.process_noise.at(0), learned.process_form, "the process noise");
  if (learned.observation_noise) {
    check_start(model.observation_noise.at(0), learned.observation_form, "the observation noise");
  }
}

}  // namespace vrkn::kalman
