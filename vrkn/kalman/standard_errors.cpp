#include "vrkn/kalman/standard_errors.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "vrkn/core/error.h"
#include "vrkn/kalman/parametrisation.h"

namespace vrkn::kalman {
namespace {

using Point = std::vector<double>;

// The derivative of a vector by each coordinate of `point`, one a column, by central differences of this relative step.
template <class Function>
Matrix jacobian(const Function& function, const Point& point, double relative_step) {
  const auto size = static_cast<int64_t>(point.size());
  Matrix result;
  for (int64_t i = 0; i < size; ++i) {
    const double step = relative_step * std::max(1.0, std::abs(point[i]));
    Point higher = point, lower = point;
    higher[i] += step;
    lower[i] -= step;
    const Point a = function(higher), b = function(lower);
    if (i == 0) result.resize(static_cast<int64_t>(a.size()), size);
    for (size_t k = 0; k < a.size(); ++k) result(static_cast<int64_t>(k), i) = (a[k] - b[k]) / (higher[i] - lower[i]);
  }
  return result;
}

// The inverse of the observed information. A direction counts as flat when, with each parameter in units in which its
// own information is 1, that of the direction is below 1e-7: rounding in the differences is of that size.
Matrix inverse_information(const Matrix& information, const std::vector<std::string>& names) {
  const auto refuse = [](const std::string& name) {
    throw NumericalError("the likelihood does not fall to both sides of this model along " + name +
                         ", so there are no standard errors: it is not a maximum, or a variance is 0, or other "
                         "parameters can stand in for this one");
  };
  Vector scale(information.rows());
  for (int64_t i = 0; i < scale.size(); ++i) {
    if (!(information(i, i) > 0.0)) refuse(names[i]);
    scale[i] = 1.0 / std::sqrt(information(i, i));
  }
  const Eigen::MatrixXd scaled = scale.asDiagonal() * information * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
  if (!(eigen.eigenvalues()[0] > 1e-7)) {
    int64_t strongest = 0;
    eigen.eigenvectors().col(0).cwiseAbs().maxCoeff(&strongest);
    refuse(names[strongest]);
  }
  const Eigen::MatrixXd root = scale.asDiagonal() * eigen.eigenvectors();
  return root * eigen.eigenvalues().cwiseInverse().asDiagonal() * root.transpose();
}

}  // namespace

StandardErrors standard_errors(const LinearGaussianModel& model, const Sequences& data, const Learned& learned,
                               const ComputeOptions& options) {
  validate(model, data, learned);
  const Parametrisation parametrisation(model, learned);
  const Point point = parametrisation.start();
  const auto gradient_at = [&](const Point& parameters) {
    const LinearGaussianModel at = parametrisation.model(parameters);
    return parametrisation.gradient(at, e_step(at, data, options));
  };
  const auto elements_at = [&](const Point& parameters) {
    return parametrisation.elements(parametrisation.model(parameters));
  };
  const Matrix information = -symmetric_part(jacobian(gradient_at, point, 1e-4));
  const Matrix covariance = inverse_information(information, parametrisation.names());
  const Matrix by_point = jacobian(elements_at, point, 1e-6);
  const Vector variances = (by_point * covariance * by_point.transpose()).diagonal();
  Point errors;
  for (const double variance : variances) errors.push_back(std::sqrt(variance));

  LinearGaussianModel placed = parametrisation.placed(errors);
  StandardErrors result;
  if (learned.initial_mean) result.initial_mean = placed.initial_mean;
  if (learned.initial_covariance) result.initial_covariance = placed.initial_covariance;
  if (learned.transition) result.transition = placed.transition.at(0);
  if (learned.state_offset) result.state_offset = placed.state_offset.at(0);
  if (learned.process_noise) result.process_noise = placed.process_noise.at(0);
  if (learned.emission) result.emission = placed.emission.at(0);
  if (learned.emission_offset) result.emission_offset = placed.emission_offset.at(0);
  if (learned.observation_noise) result.observation_noise = placed.observation_noise.at(0);
  return result;
}

}  // namespace vrkn::kalman
