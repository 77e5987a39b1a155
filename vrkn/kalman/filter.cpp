#include "vrkn/kalman/filter.h"

#include <numeric>

#include "vrkn/kalman/forward.h"

namespace vrkn::kalman {
namespace {

Vector sums(const Series& series) {
  Vector result(series.sequences);
  for (int64_t n = 0; n < series.sequences; ++n) {
    const double* const begin = series.values.data() + n * series.steps;
    result[n] = std::accumulate(begin, begin + series.steps, 0.0);
  }
  return result;
}

}  // namespace

Vector Filtered::log_likelihood() const {
  return sums(log_density);
}

Filtered filter(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options) {
  validate(model, data);
  const int64_t N = data.observations.sequences, T = data.observations.steps, Z = model.state_size();
  const bool shared = shares_covariances(data, options);
  Filtered result;
  for (Beliefs* beliefs : {&result.predicted, &result.belief}) {
    beliefs->mean = Series(N, T, Z);
    beliefs->covariance = MatrixSeries(shared ? 1 : N, T, Z, Z);
  }
  result.innovation = Series(N, T, model.observation_size());
  result.log_density = Series(N, T, 1);
  const FilterTargets targets{.predicted_mean = result.predicted.mean.values.data(),
                              .predicted_covariance = result.predicted.covariance.values.data(),
                              .mean = result.belief.mean.values.data(),
                              .covariance = result.belief.covariance.values.data(),
                              .innovation = result.innovation.values.data(),
                              .log_density = result.log_density.values.data()};
  run_filter(FlatProblem(model, data).problem(), N, shared, targets, options.threads);
  return result;
}

Vector log_likelihood(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options) {
  validate(model, data);
  const int64_t N = data.observations.sequences;
  Series log_density(N, data.observations.steps, 1);
  run_filter(FlatProblem(model, data).problem(), N, shares_covariances(data, options),
             {.log_density = log_density.values.data()}, options.threads);
  return sums(log_density);
}

}  // namespace vrkn::kalman
