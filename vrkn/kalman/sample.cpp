#include "vrkn/kalman/sample.h"

#include <string>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"

namespace vrkn::kalman {
namespace {

// Lower factors of a covariance for every step, one for all when it is constant.
PerStep<Matrix> factors(const PerStep<Matrix>& covariances) {
  PerStep<Matrix> result;
  for (const Matrix& covariance : covariances.values) result.values.push_back(cholesky(covariance).lower);
  return result;
}

// to += N(0, L L^T)
void add_noise(const Matrix& L, ScalarGenerator& random, Eigen::Map<Vector> to) {
  for (int64_t j = 0; j < L.cols(); ++j) {
    const double draw = random.normal();
    for (int64_t i = j; i < L.rows(); ++i) to[i] += L(i, j) * draw;
  }
}

}  // namespace

SampledSequences sample(const LinearGaussianModel& model, int64_t sequences, int64_t steps, uint64_t seed,
                        const Series& controls) {
  if (sequences < 1 || steps < 1) {
    throw ConfigError("cannot draw " + std::to_string(sequences) + " sequences of " + std::to_string(steps) +
                      " steps; both numbers must be at least 1");
  }
  model.validate(steps);
  if (model.has_diffuse_start()) {
    throw ConfigError(
        "a model with a diffuse start has no distribution to draw its first state from; give it an initial "
        "covariance without a diffuse part");
  }
  const int64_t U = model.control_size();
  if (controls.size != U || (U > 0 && (controls.sequences != sequences || controls.steps != steps))) {
    throw ShapeError("the controls have " + std::to_string(controls.sequences) + " sequences of " +
                     std::to_string(controls.steps) + " steps of " + std::to_string(controls.size) +
                     " numbers; expected " + std::to_string(sequences) + ", " + std::to_string(steps) + " and " +
                     std::to_string(U));
  }
  const Matrix initial_factor = cholesky(model.initial_covariance).lower;
  const PerStep<Matrix> process_factor = factors(model.process_noise);
  const PerStep<Matrix> observation_factor = factors(model.observation_noise);

  SampledSequences result{.states = Series(sequences, steps, model.state_size()),
                          .data = {Series(sequences, steps, model.observation_size()), controls}};
  for (int64_t n = 0; n < sequences; ++n) {
    ScalarGenerator random(derive_seed(seed, "linear-Gaussian sequence", static_cast<uint64_t>(n)));
    for (int64_t t = 0; t < steps; ++t) {
      auto z = result.states.at(n, t), o = result.data.observations.at(n, t);
      if (t == 0) {
        z += model.initial_mean;
        add_noise(initial_factor, random, z);
      } else {
        z += model.transition.at(t) * result.states.at(n, t - 1);
        if (!model.state_control.empty()) z += model.state_control.at(t) * controls.at(n, t);
        if (!model.state_offset.empty()) z += model.state_offset.at(t);
        add_noise(process_factor.at(t), random, z);
      }
      o += model.emission.at(t) * z;
      if (!model.emission_control.empty()) o += model.emission_control.at(t) * controls.at(n, t);
      if (!model.emission_offset.empty()) o += model.emission_offset.at(t);
      add_noise(observation_factor.at(t), random, o);
    }
  }
  return result;
}

Series sample_posterior(const Smoothed& smoothed, uint64_t seed) {
  const Series& mean = smoothed.belief.mean;
  const MatrixSeries& covariance = smoothed.belief.covariance;
  const int64_t N = mean.sequences, T = mean.steps;
  Series paths = mean;
  std::vector<ScalarGenerator> random;
  for (int64_t n = 0; n < N; ++n) random.emplace_back(derive_seed(seed, "posterior path", static_cast<uint64_t>(n)));
  for (int64_t t = T - 1; t >= 0; --t) {
    const MatrixSeries& spread = t == T - 1 ? covariance : smoothed.backward_covariance;
    Matrix J, L;
    for (int64_t n = 0; n < N; ++n) {
      if (n == 0 || !spread.is_shared()) {
        L = cholesky(spread.at(n, t)).lower;
        if (t < T - 1) J = smoothed.backward_gain.at(n, t);
      }
      auto z = paths.at(n, t);
      if (t < T - 1) z += J * (paths.at(n, t + 1) - mean.at(n, t + 1));
      add_noise(L, random[n], z);
    }
  }
  return paths;
}

}  // namespace vrkn::kalman
