#include "vrkn/kalman/parametrisation.h"

#include <cmath>

namespace vrkn::kalman {
namespace {

// Calls visit with every learned parameter, in the order of the vector.
template <class Model, class Visit>
void visit_learned(Model& model, const Learned& learned, const Visit& visit) {
  if (learned.initial_mean) visit.entries(model.initial_mean);
  if (learned.initial_covariance) visit.covariance(model.initial_covariance, learned.initial_form);
  if (learned.transition) visit.entries(model.transition.values[0]);
  if (learned.state_offset) visit.entries(model.state_offset.values[0]);
  if (learned.process_noise) visit.covariance(model.process_noise.values[0], learned.process_form);
  if (learned.emission) visit.entries(model.emission.values[0]);
  if (learned.emission_offset) visit.entries(model.emission_offset.values[0]);
  if (learned.observation_noise) visit.covariance(model.observation_noise.values[0], learned.observation_form);
}

struct Write {
  std::vector<double>& to;

  void entries(const auto& values) const { to.insert(to.end(), values.data(), values.data() + values.size()); }
  void covariance(const Matrix& S, CovarianceForm form) const {
    if (form == CovarianceForm::kSpherical) {
      to.push_back(std::log(S(0, 0)));
    } else if (form == CovarianceForm::kDiagonal) {
      for (int64_t i = 0; i < S.rows(); ++i) to.push_back(std::log(S(i, i)));
    } else {
      const Matrix L = cholesky(S).lower;
      for (int64_t i = 0; i < S.rows(); ++i) {
        for (int64_t j = 0; j < i; ++j) to.push_back(L(i, j));
        to.push_back(std::log(L(i, i)));
      }
    }
  }
};

struct Read {
  const double*& next;

  void entries(auto& values) const {
    for (int64_t i = 0; i < values.size(); ++i) values.data()[i] = *next++;
  }
  void covariance(Matrix& S, CovarianceForm form) const {
    if (form == CovarianceForm::kSpherical) {
      S = std::exp(*next++) * Matrix::Identity(S.rows(), S.rows());
    } else if (form == CovarianceForm::kDiagonal) {
      for (int64_t i = 0; i < S.rows(); ++i) S(i, i) = std::exp(*next++);
    } else {
      Matrix L = Matrix::Zero(S.rows(), S.rows());
      for (int64_t i = 0; i < S.rows(); ++i) {
        for (int64_t j = 0; j < i; ++j) L(i, j) = *next++;
        L(i, i) = std::exp(*next++);
      }
      S = symmetric_part(L * L.transpose());
    }
  }
};

// The derivative G by a covariance S = L L^T, dl = trace(G dS), in terms of its parameters: dl/dL = 2 G L.
void write_covariance_gradient(const Matrix& G, const Matrix& S, CovarianceForm form, std::vector<double>& to) {
  if (form == CovarianceForm::kSpherical) {
    to.push_back(G.trace() * S(0, 0));
  } else if (form == CovarianceForm::kDiagonal) {
    for (int64_t i = 0; i < S.rows(); ++i) to.push_back(G(i, i) * S(i, i));
  } else {
    const Matrix L = cholesky(S).lower, GL = 2.0 * G * L;
    for (int64_t i = 0; i < S.rows(); ++i) {
      for (int64_t j = 0; j < i; ++j) to.push_back(GL(i, j));
      to.push_back(GL(i, i) * L(i, i));
    }
  }
}

// The derivative of -(n log det S + trace(S^-1 E)) / 2 by S: S^-1 (E - n S) S^-1 / 2.
Matrix covariance_gradient(const Matrix& S, const Matrix& E, double count, const char* name) {
  const Matrix left = solve_definite(S, E - count * S, name);
  return symmetric_part(0.5 * solve_definite(S, left.transpose(), name));
}

// y = M x + offset + N(0, S): derivatives by M, the offset and S, as far as they are learned.
void write_regression_gradient(const RegressionStatistics& s, const Matrix& M, const PerStep<Vector>& offset,
                               const Matrix& S, bool learn_matrix, bool learn_offset, bool learn_noise,
                               CovarianceForm form, const char* name, std::vector<double>& to) {
  const Matrix Ab = coefficients(M, offset);
  if (learn_matrix || learn_offset) {
    const Matrix G = solve_definite(S, s.cross - Ab * s.inputs, name);
    for (int64_t i = 0; i < M.rows() && learn_matrix; ++i) {
      for (int64_t j = 0; j < M.cols(); ++j) to.push_back(G(i, j));
    }
    for (int64_t i = 0; i < M.rows() && learn_offset; ++i) to.push_back(G(i, M.cols()));
  }
  if (learn_noise) {
    write_covariance_gradient(covariance_gradient(S, s.residual(Ab), s.count, name), S, form, to);
  }
}

}  // namespace

Parametrisation::Parametrisation(LinearGaussianModel model, const Learned& learned)
    : model_(std::move(model)), learned_(learned) {
  if (learned.state_offset && model_.state_offset.empty()) {
    model_.state_offset = Vector::Zero(model_.state_size());
  }
  if (learned.emission_offset && model_.emission_offset.empty()) {
    model_.emission_offset = Vector::Zero(model_.observation_size());
  }
}

std::vector<double> Parametrisation::start() const {
  std::vector<double> result;
  visit_learned(model_, learned_, Write{result});
  return result;
}

LinearGaussianModel Parametrisation::model(const std::vector<double>& parameters) const {
  LinearGaussianModel result = model_;
  const double* next = parameters.data();
  visit_learned(result, learned_, Read{next});
  return result;
}

std::vector<double> Parametrisation::gradient(const LinearGaussianModel& at,
                                              const ExpectedStatistics& statistics) const {
  const auto& [log_likelihood, N, sum, square, dynamics, emission] = statistics;
  std::vector<double> result;
  if (learned_.initial_mean || learned_.initial_covariance) {
    // The initial state is a regression on nothing but the constant.
    RegressionStatistics initial(0, at.state_size());
    initial.count = initial.inputs(0, 0) = N;
    initial.cross = sum;
    initial.targets = square;
    write_regression_gradient(initial, Matrix(at.state_size(), 0), at.initial_mean, at.initial_covariance, false,
                              learned_.initial_mean, learned_.initial_covariance, learned_.initial_form,
                              "the initial covariance", result);
  }
  if (learned_.dynamics()) {
    write_regression_gradient(dynamics, at.transition.at(0), at.state_offset, at.process_noise.at(0),
                              learned_.transition, learned_.state_offset, learned_.process_noise, learned_.process_form,
                              "the process noise", result);
  }
  if (learned_.emissions()) {
    write_regression_gradient(emission, at.emission.at(0), at.emission_offset, at.observation_noise.at(0),
                              learned_.emission, learned_.emission_offset, learned_.observation_noise,
                              learned_.observation_form, "the observation noise", result);
  }
  return result;
}

}  // namespace vrkn::kalman
