#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/lbfgs.h"
#include "vrkn/kalman/parametrisation.h"

namespace vrkn::kalman {
namespace {

// What Learned says of one of the three regressions alone.
Learned dynamics_of(Learned learned) {
  learned.initial_mean = learned.initial_covariance = false;
  learned.emission = learned.emission_offset = learned.observation_noise = false;
  return learned;
}

Learned emission_of(Learned learned) {
  learned.initial_mean = learned.initial_covariance = false;
  learned.transition = learned.state_offset = learned.process_noise = false;
  learned.stationary = {};
  return learned;
}

Learned initial_of(Learned learned) {
  learned.transition = learned.state_offset = learned.process_noise = false;
  learned.emission = learned.emission_offset = learned.observation_noise = false;
  learned.stationary = {};
  return learned;
}

// Where there is no closed form: the expected log-likelihood, of which the statistics are all that is needed, is raised
// by L-BFGS from where it is. It need not reach the maximum for EM to raise the likelihood (Dempster, Laird and Rubin
// 1977, Section 3).
LinearGaussianModel raise(const LinearGaussianModel& model, const ExpectedStatistics& statistics,
                          const Learned& learned) {
  const Parametrisation parametrisation(model, learned);
  const auto minus = [&](const std::vector<double>& point, std::vector<double>& gradient) {
    const LinearGaussianModel at = parametrisation.model(point);
    gradient = parametrisation.gradient(at, statistics);
    for (double& value : gradient) value = -value;
    return -parametrisation.expected_log_likelihood(at, statistics);
  };
  const LbfgsResult found = minimise_lbfgs(finite_or_infinity(minus), parametrisation.start(),
                                           {.max_iterations = 100, .tolerance = 1e-15, .step_tolerance = 1e-9});
  return parametrisation.model(found.point);
}

// Coefficients first, then the noise around them (Meng and Rubin 1993, where rows share no elements; else it is exact).
void improve(const LearnedRegression& regression, const RegressionStatistics& s, bool learn_matrix, bool learn_offset,
             Matrix& matrix, PerStep<Vector>& offset, Matrix& noise) {
  const Matrix best = best_coefficients(regression, s, coefficients(matrix, offset), noise);
  if (learn_matrix) matrix = best.leftCols(matrix.cols());
  if (learn_offset) offset = Vector(best.rightCols(1));
  noise = best_noise(regression, s, coefficients(matrix, offset), noise);
}

}  // namespace

LinearGaussianModel m_step(const LinearGaussianModel& model, const ExpectedStatistics& statistics,
                           const Learned& learned) {
  LinearGaussianModel best = model;
  if (learned.initial_mean || learned.initial_covariance) {
    const LearnedRegression regression = initial_regression(model, learned);
    if (regression.has_closed_form()) {
      const RegressionStatistics s = initial_statistics(statistics);
      best.initial_mean = Vector(best_coefficients(regression, s, best.initial_mean, best.initial_covariance));
      best.initial_covariance = best_noise(regression, s, best.initial_mean, best.initial_covariance);
    } else {
      best = raise(best, statistics, initial_of(learned));
    }
  }
  if (learned.dynamics()) {
    const LearnedRegression regression = dynamics_regression(model, learned);
    if (regression.has_closed_form() && learned.stationary.empty()) {
      improve(regression, statistics.dynamics, learned.transition, learned.state_offset, best.transition.values[0],
              best.state_offset, best.process_noise.values[0]);
    } else {
      best = raise(best, statistics, dynamics_of(learned));
    }
  }
  if (learned.emissions()) {
    const LearnedRegression regression = emission_regression(model, learned);
    if (regression.has_closed_form()) {
      improve(regression, statistics.emission, learned.emission, learned.emission_offset, best.emission.values[0],
              best.emission_offset, best.observation_noise.values[0]);
    } else {
      best = raise(best, statistics, emission_of(learned));
    }
  }
  return best;
}

}  // namespace vrkn::kalman
