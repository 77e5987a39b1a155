#include "vrkn/kalman/maximum_check.h"

#include <cmath>
#include <sstream>

#include <Eigen/Dense>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

constexpr double kSuspect = 1e-13;
constexpr double kSmall = 1e-6;  // what is raised together with what is suspect
constexpr double kRaise = 100.0;
constexpr double kGrowth = 0.1;

// Mean squares; where there is nothing but zeros, the variances that the fit began with.
Vector mean_squares(const Matrix& sum, double count, const Matrix& start) {
  Vector result = sum.diagonal() / count;
  for (int64_t i = 0; i < result.size(); ++i) {
    if (!(result[i] > 0.0)) result[i] = start(i, i) > 0.0 ? start(i, i) : 1.0;
  }
  return result;
}

struct Smallest {
  double share = 1.0, variance = 0.0;
  const char* name = "";
};

// Looks at the learned variances of S, in units of `square`; raises those below kSmall.
void inspect(const LearnedRegression& regression, const Vector& square, Matrix& S, Smallest& smallest) {
  for (const CovarianceBlock& block : regression.blocks) {
    const auto& components = block.components;
    const Vector scale = square(components).cwiseSqrt();
    const Matrix scaled =
        scale.cwiseInverse().asDiagonal() * S(components, components) * scale.cwiseInverse().asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
    Vector values = eigen.eigenvalues();
    const double share = values.minCoeff();
    if (share < smallest.share) {
      const Vector direction = scale.asDiagonal() * eigen.eigenvectors().col(0);
      smallest = {share, share * direction.squaredNorm(), regression.noise};
    }
    if (share >= kSmall) continue;
    if (block.kind == CovarianceBlock::Kind::kFree) {
      for (double& value : values) {
        if (value < kSmall) value = kRaise * std::max(value, 1e-300);
      }
      const Eigen::MatrixXd vectors = scale.asDiagonal() * eigen.eigenvectors();
      S(components, components) = symmetric_part(vectors * values.asDiagonal() * vectors.transpose());
    } else {
      S(components, components) *= kRaise;
    }
  }
}

}  // namespace

MaximumCheck::MaximumCheck(const LinearGaussianModel& start, const ExpectedStatistics& statistics,
                           const Learned& learned, const Sequences& data, const ComputeOptions& compute)
    : parametrisation_(start, learned),
      initial_square_(mean_squares(statistics.initial_square, statistics.sequences, start.initial_covariance)),
      state_square_(mean_squares(statistics.dynamics.targets, statistics.dynamics.count, start.process_noise.at(0))),
      observation_square_(
          mean_squares(statistics.emission.targets, statistics.emission.count, start.observation_noise.at(0))),
      data_(data),
      compute_(compute) {}

void MaximumCheck::check(const LinearGaussianModel& model, int64_t iterations) const {
  check_below(kSuspect, model, iterations);
}

void MaximumCheck::explain_failure(const LinearGaussianModel& last_good, int64_t iterations) const {
  check_below(kSmall, last_good, iterations);
}

void MaximumCheck::check_below(double share, const LinearGaussianModel& model, int64_t iterations) const {
  LinearGaussianModel raised = model;
  Smallest smallest;
  inspect(parametrisation_.initial(), initial_square_, raised.initial_covariance, smallest);
  inspect(parametrisation_.dynamics(), state_square_, raised.process_noise.values[0], smallest);
  inspect(parametrisation_.emission(), observation_square_, raised.observation_noise.values[0], smallest);
  if (!(smallest.share < share)) return;
  double growth = 0.0;
  try {
    growth = log_likelihood(model, data_, compute_).sum() - log_likelihood(raised, data_, compute_).sum();
  } catch (const Error&) {
    return;  // it cannot be told
  }
  if (!(growth > kGrowth * std::log(kRaise))) return;
  std::ostringstream message;
  message.precision(2);
  message << "the likelihood has no maximum: " << smallest.name << " went to 0 (" << smallest.variance << " after "
          << iterations << " iterations), and the likelihood grows without bound on the way";
  throw NumericalError(message.str());
}

}  // namespace vrkn::kalman
