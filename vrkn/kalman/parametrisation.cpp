#include "vrkn/kalman/parametrisation.h"

#include <cmath>

namespace vrkn::kalman {
namespace {

using Kind = CovarianceBlock::Kind;
using Components = std::vector<int64_t>;

Matrix part_of(const Matrix& matrix, const Components& components) {
  return matrix(components, components);
}

struct Write {
  std::vector<double>& to;

  void elements(const auto& values, const Mask& learned, const char*) const {
    for (int64_t i = 0; i < values.rows(); ++i) {
      for (int64_t j = 0; j < values.cols(); ++j) {
        if (learned(i, j)) to.push_back(values(i, j));
      }
    }
  }
  void covariance(const Matrix& S, const LearnedRegression& regression) const {
    for (const auto& [kind, components, single] : regression.blocks) {
      if (kind == Kind::kOneVariance) {
        to.push_back(std::log(S(components[0], components[0])));
      } else if (kind == Kind::kFree) {
        const Matrix L = cholesky(part_of(S, components)).lower;
        for (int64_t i = 0; i < L.rows(); ++i) {
          for (int64_t j = 0; j < i; ++j) to.push_back(L(i, j));
          to.push_back(std::log(L(i, i)));
        }
      } else {
        for (const auto& [i, j] : single) to.push_back(i == j ? std::log(S(i, i)) : S(i, j));
      }
    }
  }
};

struct Read {
  const double*& next;

  void elements(auto& values, const Mask& learned, const char*) const {
    for (int64_t i = 0; i < values.rows(); ++i) {
      for (int64_t j = 0; j < values.cols(); ++j) {
        if (learned(i, j)) values(i, j) = *next++;
      }
    }
  }
  void covariance(Matrix& S, const LearnedRegression& regression) const {
    for (const auto& [kind, components, single] : regression.blocks) {
      if (kind == Kind::kOneVariance) {
        const double var = std::exp(*next++);
        for (const int64_t i : components) S(i, i) = var;
      } else if (kind == Kind::kFree) {
        const auto size = static_cast<int64_t>(components.size());
        Matrix L = Matrix::Zero(size, size);
        for (int64_t i = 0; i < size; ++i) {
          for (int64_t j = 0; j < i; ++j) L(i, j) = *next++;
          L(i, i) = std::exp(*next++);
        }
        S(components, components) = symmetric_part(L * L.transpose());
      } else {
        for (const auto& [i, j] : single) {
          S(i, j) = S(j, i) = i == j ? std::exp(*next) : *next;
          ++next;
        }
      }
    }
  }
};

// The elements themselves.
struct WriteElements : Write {
  void covariance(const Matrix& S, const LearnedRegression& regression) const {
    for (const auto& [kind, components, single] : regression.blocks) {
      if (kind == Kind::kOneVariance) {
        to.push_back(S(components[0], components[0]));
      } else {
        for (size_t i = 0; kind == Kind::kFree && i < components.size(); ++i) {
          for (size_t j = 0; j <= i; ++j) to.push_back(S(components[i], components[j]));
        }
        for (const auto& [i, j] : single) {
          if (kind == Kind::kElements) to.push_back(S(i, j));
        }
      }
    }
  }
};

// Numbers to the places of the elements themselves.
struct ReadElements : Read {
  void covariance(Matrix& S, const LearnedRegression& regression) const {
    for (const auto& [kind, components, single] : regression.blocks) {
      if (kind == Kind::kOneVariance) {
        for (const int64_t i : components) S(i, i) = *next;
        ++next;
      } else {
        for (size_t i = 0; kind == Kind::kFree && i < components.size(); ++i) {
          for (size_t j = 0; j <= i; ++j) {
            S(components[i], components[j]) = S(components[j], components[i]) = *next++;
          }
        }
        for (const auto& [i, j] : single) {
          if (kind == Kind::kElements) S(i, j) = S(j, i) = *next++;
        }
      }
    }
  }
};

struct WriteNames {
  std::vector<std::string>& to;

  void add(const char* name, int64_t i, int64_t j) const {
    to.push_back(std::string(name) + ", row " + std::to_string(i) + ", column " + std::to_string(j));
  }
  void elements(const auto& values, const Mask& learned, const char* name) const {
    for (int64_t i = 0; i < values.rows(); ++i) {
      for (int64_t j = 0; j < values.cols(); ++j) {
        if (learned(i, j)) add(name, i, j);
      }
    }
  }
  void covariance(const Matrix&, const LearnedRegression& regression) const {
    for (const auto& [kind, components, single] : regression.blocks) {
      if (kind == Kind::kOneVariance) {
        add(regression.noise, components[0], components[0]);
      } else {
        for (size_t i = 0; kind == Kind::kFree && i < components.size(); ++i) {
          for (size_t j = 0; j <= i; ++j) add(regression.noise, components[i], components[j]);
        }
        for (const auto& [i, j] : single) {
          if (kind == Kind::kElements) add(regression.noise, i, j);
        }
      }
    }
  }
};

// The derivative G by a covariance S, dl = trace(G dS), in terms of its parameters; for S = L L^T, dl/dL = 2 G L.
void write_covariance_gradient(const Matrix& G, const Matrix& S, const LearnedRegression& regression,
                               std::vector<double>& to) {
  for (const auto& [kind, components, single] : regression.blocks) {
    if (kind == Kind::kOneVariance) {
      to.push_back(part_of(G, components).trace() * S(components[0], components[0]));
    } else if (kind == Kind::kFree) {
      const Matrix L = cholesky(part_of(S, components)).lower, GL = 2.0 * part_of(G, components) * L;
      for (int64_t i = 0; i < L.rows(); ++i) {
        for (int64_t j = 0; j < i; ++j) to.push_back(GL(i, j));
        to.push_back(GL(i, i) * L(i, i));
      }
    } else {
      for (const auto& [i, j] : single) to.push_back(i == j ? G(i, i) * S(i, i) : 2.0 * G(i, j));
    }
  }
}

}  // namespace

template <class Model, class Visit>
void Parametrisation::visit(Model& model, const Visit& visit) const {
  const int64_t Z = model_.state_size();
  if (learned_.initial_mean) visit.elements(model.initial_mean, initial_.coefficients, "the initial mean");
  visit.covariance(model.initial_covariance, initial_);
  if (learned_.transition) {
    visit.elements(model.transition.values[0], dynamics_.coefficients.leftCols(Z), "the transition matrix");
  }
  if (learned_.state_offset) {
    visit.elements(model.state_offset.values[0], dynamics_.coefficients.rightCols(1), "the state offset");
  }
  if (learned_.process_noise) visit.covariance(model.process_noise.values[0], dynamics_);
  if (learned_.emission) {
    visit.elements(model.emission.values[0], emission_.coefficients.leftCols(Z), "the emission matrix");
  }
  if (learned_.emission_offset) {
    visit.elements(model.emission_offset.values[0], emission_.coefficients.rightCols(1), "the emission offset");
  }
  if (learned_.observation_noise) visit.covariance(model.observation_noise.values[0], emission_);
}

Parametrisation::Parametrisation(LinearGaussianModel model, const Learned& learned)
    : model_(std::move(model)), learned_(learned) {
  if (learned.state_offset && model_.state_offset.empty()) {
    model_.state_offset = Vector::Zero(model_.state_size());
  }
  if (learned.emission_offset && model_.emission_offset.empty()) {
    model_.emission_offset = Vector::Zero(model_.observation_size());
  }
  initial_ = initial_regression(model_, learned_);
  dynamics_ = dynamics_regression(model_, learned_);
  emission_ = emission_regression(model_, learned_);
  follow_dynamics(model_);
}

void Parametrisation::follow_dynamics(LinearGaussianModel& model) const {
  const Components& own = learned_.stationary;
  if (own.empty()) return;
  model.initial_covariance(own, own) =
      stationary_covariance(part_of(model.transition.at(0), own), part_of(model.process_noise.at(0), own));
}

std::vector<double> Parametrisation::parameters(const LinearGaussianModel& model) const {
  std::vector<double> result;
  visit(model, Write{result});
  return result;
}

LinearGaussianModel Parametrisation::model(const std::vector<double>& parameters) const {
  LinearGaussianModel result = model_;
  const double* next = parameters.data();
  visit(result, Read{next});
  follow_dynamics(result);
  return result;
}

std::vector<double> Parametrisation::elements(const LinearGaussianModel& model) const {
  std::vector<double> result;
  visit(model, WriteElements{{result}});
  return result;
}

LinearGaussianModel Parametrisation::placed(const std::vector<double>& elements) const {
  LinearGaussianModel result = model_;
  result.initial_mean.setZero();
  result.initial_covariance.setZero();
  for (auto* parameter : {&result.transition, &result.process_noise, &result.emission, &result.observation_noise}) {
    for (Matrix& matrix : parameter->values) matrix.setZero();
  }
  for (auto* parameter : {&result.state_offset, &result.emission_offset}) {
    for (Vector& vector : parameter->values) vector.setZero();
  }
  const double* next = elements.data();
  visit(result, ReadElements{{next}});
  return result;
}

std::vector<std::string> Parametrisation::names() const {
  std::vector<std::string> result;
  visit(model_, WriteNames{result});
  return result;
}

double Parametrisation::expected_log_likelihood(const LinearGaussianModel& at,
                                                const ExpectedStatistics& statistics) const {
  double value = 0.0;
  if (learned_.initial_mean || learned_.initial_covariance) {
    value += kalman::expected_log_likelihood(initial_, initial_statistics(statistics), at.initial_mean,
                                             at.initial_covariance);
  }
  if (learned_.dynamics()) {
    value += kalman::expected_log_likelihood(
        dynamics_, statistics.dynamics, coefficients(at.transition.at(0), at.state_offset), at.process_noise.at(0));
  }
  if (learned_.emissions()) {
    value += kalman::expected_log_likelihood(emission_, statistics.emission,
                                             coefficients(at.emission.at(0), at.emission_offset),
                                             at.observation_noise.at(0));
  }
  if (!learned_.stationary.empty()) {
    const Matrix P = part_of(at.initial_covariance, learned_.stationary);
    const Matrix white = solve_definite(P, part_of(statistics.initial_square, learned_.stationary), initial_.noise);
    value -= 0.5 * (2.0 * statistics.sequences * cholesky(P).lower.diagonal().array().log().sum() + white.trace());
  }
  return value;
}

std::vector<double> Parametrisation::gradient(const LinearGaussianModel& at,
                                              const ExpectedStatistics& statistics) const {
  std::vector<double> result;
  const Write write{result};
  if (learned_.initial_mean || learned_.initial_covariance) {
    const RegressionStatistics s = initial_statistics(statistics);
    const Matrix m0 = at.initial_mean;
    write.elements(coefficient_gradient(initial_, s, m0, at.initial_covariance), initial_.coefficients, "");
    write_covariance_gradient(noise_gradient(initial_, s, m0, at.initial_covariance), at.initial_covariance, initial_,
                              result);
  }
  if (learned_.dynamics()) {
    const Matrix &A = at.transition.at(0), &Q = at.process_noise.at(0);
    const Matrix Ab = coefficients(A, at.state_offset);
    Matrix by_coefficients = coefficient_gradient(dynamics_, statistics.dynamics, Ab, Q);
    Matrix by_noise = noise_gradient(dynamics_, statistics.dynamics, Ab, Q);
    if (const Components& own = learned_.stationary; !own.empty()) {
      // P0 = A P0 A^T + Q: with G the derivative by P0, the one by Q is X = A^T X A + G, and the one by A is 2 X A P0.
      const Matrix P = part_of(at.initial_covariance, own), A_own = part_of(A, own);
      const Matrix E = part_of(statistics.initial_square, own);
      const Matrix left = solve_definite(P, E - statistics.sequences * P, initial_.noise);
      const Matrix G = symmetric_part(0.5 * solve_definite(P, left.transpose(), initial_.noise));
      const Matrix X = stationary_covariance(A_own.transpose(), G);
      by_noise(own, own) += X;
      by_coefficients(own, own) += 2.0 * X * A_own * P;
    }
    const int64_t Z = at.state_size();
    write.elements(Matrix(by_coefficients.leftCols(Z)), dynamics_.coefficients.leftCols(Z), "");
    write.elements(Matrix(by_coefficients.rightCols(1)), dynamics_.coefficients.rightCols(1), "");
    write_covariance_gradient(by_noise, Q, dynamics_, result);
  }
  if (learned_.emissions()) {
    const Matrix& R = at.observation_noise.at(0);
    const Matrix Cd = coefficients(at.emission.at(0), at.emission_offset);
    const Matrix G = coefficient_gradient(emission_, statistics.emission, Cd, R);
    const int64_t Z = at.state_size();
    write.elements(Matrix(G.leftCols(Z)), emission_.coefficients.leftCols(Z), "");
    write.elements(Matrix(G.rightCols(1)), emission_.coefficients.rightCols(1), "");
    write_covariance_gradient(noise_gradient(emission_, statistics.emission, Cd, R), R, emission_, result);
  }
  return result;
}

}  // namespace vrkn::kalman
