#include "vrkn/kalman/smoother.h"

#include "vrkn/kalman/forward.h"

namespace vrkn::kalman {

Smoothed smooth(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options) {
  validate(model, data);
  const int64_t N = data.observations.sequences, T = data.observations.steps, Z = model.state_size();
  const bool shared = shares_covariances(data, options);
  const int64_t distinct = shared ? 1 : N;
  Smoothed result{.belief = {.mean = Series(N, T, Z), .covariance = MatrixSeries(distinct, T, Z, Z)},
                  .backward_gain = MatrixSeries(distinct, T - 1, Z, Z),
                  .backward_covariance = MatrixSeries(distinct, T - 1, Z, Z),
                  .log_likelihood = {}};
  Series log_density(N, T, 1);
  run_smoother(FlatProblem(model, data).problem(), N, shared, {.log_density = log_density.values.data()},
               {.mean = result.belief.mean.values.data(),
                .covariance = result.belief.covariance.values.data(),
                .gain = result.backward_gain.values.data(),
                .backward_covariance = result.backward_covariance.values.data()},
               options.threads);
  result.log_likelihood = sums(log_density);
  return result;
}

Matrix lag_one_covariance(const Smoothed& smoothed, int64_t n, int64_t t) {
  return smoothed.backward_gain.at(n, t) * smoothed.belief.covariance.at(n, t + 1);
}

SmoothedDynamics smoothed_dynamics(const Smoothed& smoothed, int64_t n, int64_t t) {
  const Series& mean = smoothed.belief.mean;
  const MatrixSeries& covariance = smoothed.belief.covariance;
  const auto J = smoothed.backward_gain.at(n, t), V = smoothed.backward_covariance.at(n, t);
  const auto P = covariance.at(n, t), next_P = covariance.at(n, t + 1);
  const Matrix G = solve_definite(P, J * next_P, "a smoothed covariance").transpose();
  const Matrix M = Matrix::Identity(P.rows(), P.rows()) - G * J;
  return {.gain = G,
          .offset = mean.at(n, t + 1) - G * mean.at(n, t),
          .covariance = symmetric_part(M * next_P * M.transpose() + G * V * G.transpose())};
}

}  // namespace vrkn::kalman
