#include "vrkn/kalman/learned.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/kalman/learned_regression.h"

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

void check_mask(const Mask& mask, int64_t rows, int64_t cols, bool is_covariance, const std::string& name) {
  if (mask.size() == 0) return;
  if (mask.rows() != rows || mask.cols() != cols) {
    throw ShapeError("the mask of " + name + " has size " + std::to_string(mask.rows()) + " x " +
                     std::to_string(mask.cols()) + "; expected " + std::to_string(rows) + " x " + std::to_string(cols));
  }
  if (!mask.any()) throw ConfigError(name + " is learned, but its mask fixes every element");
  if (is_covariance && mask != Mask(mask.transpose())) {
    throw ConfigError("the mask of " + name + " is not symmetric, as that of a covariance must be");
  }
}

// A learned covariance, by its regression.
void check_start(const Matrix& S, CovarianceForm form, const LearnedRegression& regression) {
  const std::string name = regression.noise;
  if (regression.blocks.empty()) {
    throw ConfigError(name + " is to be learned as " + name_of(form) + ", but its mask fixes every variance");
  }
  bool in_form = form == CovarianceForm::kFull || (S - Matrix(S.diagonal().asDiagonal())).isZero(0.0);
  for (const auto& [kind, components, elements] : regression.blocks) {
    const bool one_variance = kind == CovarianceBlock::Kind::kOneVariance;
    for (const int64_t i : components)
      in_form = in_form && (!one_variance || S(i, i) == S(components[0], components[0]));
  }
  if (!in_form) {
    const bool grouped = form == CovarianceForm::kDiagonal && regression.blocks.size() < static_cast<size_t>(S.rows());
    throw ConfigError(name + " is to be learned as " + name_of(form) +
                      (grouped ? " with one variance for each group" : "") + ", but does not start so");
  }
  for (const CovarianceBlock& block : regression.blocks) {
    if (!cholesky(S(block.components, block.components)).is_definite) {
      throw ConfigError(name + " is to be learned, but does not start positive definite");
    }
  }
}

// Single coefficients are learned by generalised least squares, which divides by the noise.
void check_noise_of_coefficients(const Matrix& S, const LearnedRegression& regression, const std::string& name) {
  for (const std::vector<int64_t>& part : regression.parts) {
    for (const int64_t i : part) {
      if (regression.coefficients.row(i).any() && !cholesky(S(part, part)).is_definite) {
        throw ConfigError(name + " is learned in row " + std::to_string(i) + ", but " + regression.noise +
                          " leaves that component without noise; it must be positive definite there");
      }
    }
  }
}

template <class Value>
void check_constant(const PerStep<Value>& parameter, const std::string& name) {
  if (parameter.values.size() > 1) {
    throw ConfigError(name +
                      " is learned, or its companions are, but it differs from step to step; it must be constant");
  }
}

void check_stationary(const LinearGaussianModel& model, const Learned& learned) {
  const auto& own = learned.stationary;
  if (own.empty()) return;
  const int64_t Z = model.state_size();
  std::vector<bool> is_own(static_cast<size_t>(Z), false);
  for (const int64_t i : own) {
    if (i < 0 || i >= Z || is_own[i]) {
      throw ConfigError("component " + std::to_string(i) +
                        " is named as stationary; expected different components from "
                        "0 to " +
                        std::to_string(Z - 1));
    }
    is_own[i] = true;
  }
  check_constant(model.transition, "the transition matrix");
  check_constant(model.process_noise, "the process noise");
  if (learned.initial_mean || learned.initial_covariance) {
    throw ConfigError("the initial state is to be learned, but some components start stationary; choose one");
  }
  const LearnedRegression dynamics = dynamics_regression(model, learned);
  const auto refuse = [](int64_t i, const std::string& why) {
    throw ConfigError("component " + std::to_string(i) + " is to start stationary, but " + why);
  };
  for (const int64_t i : own) {
    for (int64_t j = 0; j < Z; ++j) {
      if (is_own[j]) continue;
      const std::string other = "component " + std::to_string(j);
      if (model.transition.at(0)(i, j) != 0.0 || (learned.transition && dynamics.coefficients(i, j))) {
        refuse(i, "depends on " + other + "; it must not");
      }
      if (model.initial_covariance(i, j) != 0.0 || model.process_noise.at(0)(i, j) != 0.0) {
        refuse(i, "is correlated with " + other + "; it must not be");
      }
    }
    if (model.initial_mean[i] != 0.0) refuse(i, "its initial mean is not 0");
    if ((!model.state_offset.empty() && model.state_offset.at(0)[i] != 0.0) || learned.state_offset) {
      refuse(i, "the state has an offset; it must have none");
    }
    if (!model.state_control.empty()) refuse(i, "the state has controls; it must have none");
    if (model.has_diffuse_start() && !model.initial_diffuse.row(i).isZero(0.0)) refuse(i, "its start is diffuse");
  }
  stationary_covariance(model.transition.at(0)(own, own), model.process_noise.at(0)(own, own));
}

}  // namespace

Matrix in_form(const Matrix& covariance, CovarianceForm form) {
  if (form == CovarianceForm::kFull) return covariance;
  const Vector diagonal = covariance.diagonal();
  const bool all_equal = (diagonal.array() == diagonal[0]).all();
  if (form == CovarianceForm::kDiagonal || all_equal) return diagonal.asDiagonal();
  return diagonal.mean() * Matrix::Identity(covariance.rows(), covariance.rows());
}

Matrix stationary_covariance(const Matrix& transition, const Matrix& process_noise) {
  // P_k = sum of A^i Q A^iT over i < 2^k.
  Matrix P = process_noise, power = transition;
  for (int k = 0; k < 60 && power.norm() > 1e-20; ++k) {
    P = symmetric_part(P + power * P * power.transpose());
    power = Matrix(power * power);
    if (!power.allFinite() || !P.allFinite()) break;
  }
  if (!P.allFinite() || !(power.norm() < 1e-8)) {
    throw NumericalError(
        "the dynamics have no stationary distribution: some eigenvalue of the transition matrix is not "
        "inside the unit circle");
  }
  return P;
}

void validate(const LinearGaussianModel& model, const Sequences& data, const Learned& learned) {
  validate(model, data);
  const int64_t Z = model.state_size(), O = model.observation_size();
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
  const LearnedElements& elements = learned.elements;
  if (learned.initial_mean) check_mask(elements.initial_mean, Z, 1, false, "the initial mean");
  if (learned.initial_covariance) check_mask(elements.initial_covariance, Z, Z, true, "the initial covariance");
  if (learned.transition) check_mask(elements.transition, Z, Z, false, "the transition matrix");
  if (learned.state_offset) check_mask(elements.state_offset, Z, 1, false, "the state offset");
  if (learned.process_noise) check_mask(elements.process_noise, Z, Z, true, "the process noise");
  if (learned.emission) check_mask(elements.emission, O, Z, false, "the emission matrix");
  if (learned.emission_offset) check_mask(elements.emission_offset, O, 1, false, "the emission offset");
  if (learned.observation_noise) check_mask(elements.observation_noise, O, O, true, "the observation noise");
  if (!learned.process_groups.empty()) {
    if (static_cast<int64_t>(learned.process_groups.size()) != Z) {
      throw ShapeError("the groups of the process noise are " + std::to_string(learned.process_groups.size()) +
                       " numbers; expected one for each of " + std::to_string(Z) + " components");
    }
    if (learned.process_form != CovarianceForm::kDiagonal) {
      throw ConfigError("the process noise has groups with one variance, but is to be learned as " +
                        std::string(name_of(learned.process_form)) + "; with groups it must be diagonal");
    }
  }
  if (model.has_diffuse_start() && (learned.initial_mean || learned.initial_covariance)) {
    throw ConfigError("the initial state is to be learned, but its start is diffuse; choose one");
  }
  check_stationary(model, learned);
  if (learned.initial_covariance) {
    check_start(model.initial_covariance, learned.initial_form, initial_regression(model, learned));
  }
  if (learned.process_noise) {
    check_start(model.process_noise.at(0), learned.process_form, dynamics_regression(model, learned));
  }
  if (learned.observation_noise) {
    check_start(model.observation_noise.at(0), learned.observation_form, emission_regression(model, learned));
  }
  if (elements.initial_mean.size() > 0 && learned.initial_mean) {
    check_noise_of_coefficients(model.initial_covariance, initial_regression(model, learned), "the initial mean");
  }
  if ((elements.transition.size() > 0 && learned.transition) ||
      (elements.state_offset.size() > 0 && learned.state_offset)) {
    check_noise_of_coefficients(model.process_noise.at(0), dynamics_regression(model, learned),
                                learned.transition ? "the transition matrix" : "the state offset");
  }
}

}  // namespace vrkn::kalman
