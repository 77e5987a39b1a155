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

// to += M x
void add_product(const Matrix& M, std::span<const double> x, std::span<double> to) {
  for (int64_t i = 0; i < M.rows; ++i) {
    for (int64_t j = 0; j < M.cols; ++j) to[i] += M(i, j) * x[j];
  }
}

void add(const Vector& offset, std::span<double> to) {
  for (size_t i = 0; i < offset.size(); ++i) to[i] += offset[i];
}

// to += N(0, L L^T)
void add_noise(const Matrix& L, ScalarGenerator& random, std::span<double> to) {
  for (int64_t j = 0; j < L.cols; ++j) {
    const double draw = random.normal();
    for (int64_t i = j; i < L.rows; ++i) to[i] += L(i, j) * draw;
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
      const auto z = result.states.at(n, t), o = result.data.observations.at(n, t);
      if (t == 0) {
        add(model.initial_mean, z);
        add_noise(initial_factor, random, z);
      } else {
        add_product(model.transition.at(t), result.states.at(n, t - 1), z);
        if (!model.state_control.empty()) add_product(model.state_control.at(t), controls.at(n, t), z);
        if (!model.state_offset.empty()) add(model.state_offset.at(t), z);
        add_noise(process_factor.at(t), random, z);
      }
      add_product(model.emission.at(t), z, o);
      if (!model.emission_control.empty()) add_product(model.emission_control.at(t), controls.at(n, t), o);
      if (!model.emission_offset.empty()) add(model.emission_offset.at(t), o);
      add_noise(observation_factor.at(t), random, o);
    }
  }
  return result;
}

Series sample_posterior(const Smoothed& smoothed, uint64_t seed) {
  const auto& [mean, covariance] = smoothed.belief;
  const auto& [N, T, Z, unused] = mean;
  Series paths = mean;
  std::vector<ScalarGenerator> random;
  for (int64_t n = 0; n < N; ++n) random.emplace_back(derive_seed(seed, "posterior path", static_cast<uint64_t>(n)));
  for (int64_t t = T - 1; t >= 0; --t) {
    const MatrixSeries& spread = t == T - 1 ? covariance : smoothed.backward_covariance;
    Matrix J, L;
    for (int64_t n = 0; n < N; ++n) {
      if (n == 0 || !spread.is_shared()) {
        L = cholesky(spread.matrix(n, t)).lower;
        if (t < T - 1) J = smoothed.backward_gain.matrix(n, t);
      }
      const auto z = paths.at(n, t);
      if (t < T - 1) {
        Vector deviation;
        for (int64_t i = 0; i < Z; ++i) deviation.push_back(paths.at(n, t + 1)[i] - mean.at(n, t + 1)[i]);
        add_product(J, deviation, z);
      }
      add_noise(L, random[n], z);
    }
  }
  return paths;
}

}  // namespace vrkn::kalman
