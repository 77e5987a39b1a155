#include "vrkn/kalman/filter.h"

#include <algorithm>

#include "vrkn/kalman/forward.h"

namespace vrkn::kalman {
namespace {

double* wanted(MatrixSeries& series) {
  return series.values.empty() ? nullptr : series.values.data();
}

// The first steps, up to the last at which the matrix of any sequence is not zero.
MatrixSeries without_zeros_at_the_end(const MatrixSeries& series) {
  const int64_t square = series.rows * series.cols;
  int64_t steps = series.steps;
  const auto all_zero = [&](int64_t t) {
    for (int64_t n = 0; n < series.sequences; ++n) {
      if (!series.at(n, t).isZero(0.0)) return false;
    }
    return true;
  };
  while (steps > 0 && all_zero(steps - 1)) --steps;
  MatrixSeries result(series.sequences, steps, series.rows, series.cols);
  for (int64_t n = 0; n < series.sequences; ++n) {
    std::copy_n(series.values.data() + n * series.steps * square, steps * square,
                result.values.data() + n * steps * square);
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
  if (model.has_diffuse_start()) {
    for (Beliefs* beliefs : {&result.predicted, &result.belief}) {
      beliefs->diffuse = MatrixSeries(shared ? 1 : N, T, Z, Z);
    }
  }
  const FilterTargets targets{.predicted_mean = result.predicted.mean.values.data(),
                              .predicted_covariance = result.predicted.covariance.values.data(),
                              .mean = result.belief.mean.values.data(),
                              .covariance = result.belief.covariance.values.data(),
                              .innovation = result.innovation.values.data(),
                              .log_density = result.log_density.values.data(),
                              .predicted_diffuse = wanted(result.predicted.diffuse),
                              .diffuse = wanted(result.belief.diffuse)};
  run_filter(FlatProblem(model, data).problem(), N, shared, targets, options.threads);
  for (Beliefs* beliefs : {&result.predicted, &result.belief}) {
    if (model.has_diffuse_start()) beliefs->diffuse = without_zeros_at_the_end(beliefs->diffuse);
  }
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
