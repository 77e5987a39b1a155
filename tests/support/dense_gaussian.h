#pragma once

#include <utility>
#include <vector>

#include <Eigen/Dense>

namespace vrkn {

/// A joint Gaussian over a stacked vector, conditioned by dense linear algebra: the slow, independent oracle of the
/// Kalman code. Nothing here knows of filters.
struct DenseGaussian {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;

  /// The Gaussian of the entries `wanted` given that the entries `known` have the values `value`.
  DenseGaussian given(const std::vector<int>& wanted, const std::vector<int>& known,
                      const Eigen::VectorXd& value) const {
    const Eigen::MatrixXd cross = covariance(wanted, known);
    if (known.empty()) return {mean(wanted), covariance(wanted, wanted)};
    const Eigen::LDLT<Eigen::MatrixXd> known_covariance(covariance(known, known));
    return {mean(wanted) + cross * known_covariance.solve(value - mean(known)),
            covariance(wanted, wanted) - cross * known_covariance.solve(cross.transpose())};
  }
};

/// The joint of states z_0..z_{T-1} and of one noisy reading of every state per sensor, for a scalar linear-Gaussian
/// model z_{t+1} = factor[t] z_t + offset[t] + N(0, process_var[t]), z_0 ~ N(0, initial_var), reading = z_t + N(0,
/// obs_var). Order of the entries: the T states, then sensor 0's T readings, then sensor 1's, ...
inline DenseGaussian scalar_chain(double initial_var, const std::vector<double>& factor,
                                  const std::vector<double>& offset, const std::vector<double>& process_var,
                                  const std::vector<std::vector<double>>& obs_var) {
  const int T = static_cast<int>(factor.size()) + 1, S = static_cast<int>(obs_var.size());
  // Every entry is a linear function of independent sources: the initial state, the process noises, the reading noises.
  const int sources = T + S * T, entries = T + S * T;
  Eigen::MatrixXd map = Eigen::MatrixXd::Zero(entries, sources);
  Eigen::VectorXd source_var(sources), mean = Eigen::VectorXd::Zero(entries);
  source_var(0) = initial_var;
  map(0, 0) = 1.0;
  for (int t = 1; t < T; ++t) {
    source_var(t) = process_var[t - 1];
    map.row(t) = factor[t - 1] * map.row(t - 1);
    map(t, t) = 1.0;
    mean(t) = factor[t - 1] * mean(t - 1) + offset[t - 1];
  }
  for (int s = 0; s < S; ++s) {
    for (int t = 0; t < T; ++t) {
      const int row = T + s * T + t;
      source_var(row) = obs_var[s][t];
      map.row(row) = map.row(t);
      map(row, row) = 1.0;
      mean(row) = mean(t);
    }
  }
  return {mean, map * source_var.asDiagonal() * map.transpose()};
}

}  // namespace vrkn
