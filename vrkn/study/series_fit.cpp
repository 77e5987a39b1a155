#include "vrkn/study/series_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/core/error.h"

namespace vrkn::study {
namespace {

using kalman::Matrix;
using kalman::Vector;

/// What cannot even be looked at; kalman::validate() says the rest.
void check(const kalman::Series& observations) {
  if (observations.sequences < 1) throw DataError("there are no sequences to fit to");
  if (observations.steps < 2) {
    throw DataError("the sequences have " + std::to_string(observations.steps) +
                    " steps, but a transition needs at least 2");
  }
  if (observations.size < 1) throw ShapeError("the observations have no components");
  for (const double value : observations.values) {
    if (std::isinf(value)) throw DataError("the observations hold an infinite value; NaN marks what is missing");
  }
}

/// The first `count` sequences.
kalman::Series first_sequences(const kalman::Series& series, int64_t count) {
  kalman::Series first(count, series.steps, series.size);
  std::copy_n(series.values.begin(), first.values.size(), first.values.begin());
  return first;
}

/// Mean and variance of every observed component over all sequences and steps.
struct Scatter {
  Vector mean, var;
};

/// What variances may be: their products must be numbers, too.
constexpr double kSmallestVar = 1e-100, kLargestVar = 1e100;

Scatter scatter_of(const kalman::Series& observations) {
  const int64_t size = observations.size, count_all = static_cast<int64_t>(observations.values.size());
  Scatter scatter{Vector::Zero(size), Vector::Zero(size)};
  for (int64_t i = 0; i < size; ++i) {
    double count = 0.0, sum = 0.0;
    double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
    for (int64_t k = i; k < count_all; k += size) {
      const double value = observations.values[static_cast<size_t>(k)];
      if (std::isnan(value)) continue;
      count += 1.0;
      sum += value;
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    if (count == 0.0) {
      throw DataError("component " + std::to_string(i) + " of the observations is missing at every step");
    }
    if (lowest == highest) {
      throw DataError("component " + std::to_string(i) + " of the observations never changes: leave it out");
    }
    const double mean = sum / count;
    double squares = 0.0;
    for (int64_t k = i; k < count_all; k += size) {
      const double value = observations.values[static_cast<size_t>(k)];
      if (!std::isnan(value)) squares += (value - mean) * (value - mean);
    }
    scatter.mean[i] = mean;
    scatter.var[i] = squares / count;
    if (!(scatter.var[i] > kSmallestVar && scatter.var[i] < kLargestVar)) {
      throw DataError(
          fmt::format("component {} of the observations has a variance of {:.3g}, but must have one from {:g} to {:g}: "
                      "change its unit",
                      i, scatter.var[i], kSmallestVar, kLargestVar));
    }
    if (scatter.var[i] < 1e-24 * mean * mean) {
      throw DataError(
          fmt::format("component {} of the observations changes by less than 1e-12 of its mean, {:.6g}: "
                      "subtract the mean",
                      i, mean));
    }
  }
  return scatter;
}

/// The `count` principal directions of the data, one a column, missing entries at their mean.
Matrix principal_directions(const kalman::Series& observations, const Scatter& scatter, int64_t count) {
  at::Tensor centred = at::empty({observations.sequences * observations.steps, observations.size}, at::kDouble);
  double* out = centred.data_ptr<double>();
  for (size_t k = 0; k < observations.values.size(); ++k) {
    const double value = observations.values[k] - scatter.mean[static_cast<int64_t>(k) % observations.size];
    out[k] = std::isnan(value) ? 0.0 : value;
  }
  const at::Tensor directions = std::get<1>(at::linalg_eigh(at::mm(centred.t(), centred))).flip({1});
  Matrix matrix(observations.size, count);
  for (int64_t i = 0; i < matrix.rows(); ++i) {
    for (int64_t j = 0; j < count; ++j) matrix(i, j) = directions[i][j].item<double>();
  }
  return matrix;
}

/// Slow states that are observed with some noise: where EM begins.
kalman::LinearGaussianModel first_guess(const kalman::Series& observations, int64_t Z) {
  const int64_t O = observations.size;
  const Scatter scatter = scatter_of(observations);
  const double mean_var = scatter.var.mean();

  kalman::LinearGaussianModel model;
  model.initial_mean = Vector::Zero(Z);
  model.initial_covariance = Matrix::Zero(Z, Z);
  Matrix transition = 0.9 * Matrix::Identity(Z, Z), process_noise = Matrix::Zero(Z, Z), emission = Matrix::Zero(O, Z);
  for (int64_t i = 0; i < Z; ++i) {
    const double var = Z >= O ? scatter.var[i % O] : mean_var;
    model.initial_covariance(i, i) = var;
    process_noise(i, i) = 0.1 * var;
    // States beyond the observed ones begin as their rates of change.
    if (i + O < Z) transition(i, i + O) = 0.5;
    if (Z >= O && i < O) emission(i, i) = 1.0;
  }
  if (Z < O) emission = principal_directions(observations, scatter, Z);
  model.transition = transition;
  model.state_offset = Vector::Zero(Z);
  model.process_noise = process_noise;
  model.emission = emission;
  model.emission_offset = scatter.mean;
  model.observation_noise = Matrix((0.1 * scatter.var).asDiagonal());
  return model;
}

OneStepCalibration calibration_of(const kalman::LinearGaussianModel& model, const kalman::Filtered& filtered,
                                  int64_t first, int64_t count) {
  // Half the width of central intervals, in standard deviations.
  constexpr double k50 = 0.6744897501960817, k80 = 1.2815515655446004, k95 = 1.959963984540054;
  OneStepCalibration result;
  double steps = 0.0;
  for (int64_t n = first; n < first + count; ++n) {
    for (int64_t t = 0; t < filtered.innovation.steps; ++t) {
      const auto innovation = filtered.innovation.at(n, t);
      const Matrix& C = model.emission.at(t);
      const Matrix S = C * filtered.predicted.covariance.at(n, t) * C.transpose() + model.observation_noise.at(t);
      std::vector<int64_t> observed;
      for (int64_t i = 0; i < C.rows(); ++i) {
        if (!std::isnan(innovation[i])) observed.push_back(i);
      }
      if (observed.empty()) continue;
      const auto found = static_cast<int64_t>(observed.size());
      const Matrix covariance = S(observed, observed), error = innovation(observed);
      for (int64_t i = 0; i < found; ++i) {
        const double deviations = std::abs(error(i, 0)) / std::sqrt(covariance(i, i));
        result.coverage_50 += deviations <= k50 ? 1.0 : 0.0;
        result.coverage_80 += deviations <= k80 ? 1.0 : 0.0;
        result.coverage_95 += deviations <= k95 ? 1.0 : 0.0;
      }
      result.values += found;
      const Matrix whitened = kalman::solve_definite(covariance, error, "the innovation's covariance");
      result.normalised_innovation += error.col(0).dot(whitened.col(0));
      result.log_density += filtered.log_density.at(n, t)[0];
      steps += 1.0;
    }
  }
  if (result.values == 0) return result;
  const auto values = static_cast<double>(result.values);
  for (double* share : {&result.coverage_50, &result.coverage_80, &result.coverage_95, &result.normalised_innovation}) {
    *share /= values;
  }
  result.log_density /= steps;
  return result;
}

}  // namespace

SeriesFit fit_series(const kalman::Sequences& data, const SeriesFitOptions& options) {
  const int64_t N = data.observations.sequences;
  if (!(options.held_out >= 0.0 && options.held_out < 1.0)) {
    throw ConfigError("the share of held-out sequences is " + std::to_string(options.held_out) +
                      ", but must be from 0 to less than 1");
  }
  if (options.state_size < 0) {
    throw ConfigError("the state size is " + std::to_string(options.state_size) + ", but must be at least 1");
  }
  check(data.observations);
  const int64_t Z = options.state_size > 0 ? options.state_size : data.observations.size;
  const auto held_out = static_cast<int64_t>(std::floor(options.held_out * static_cast<double>(N)));
  const kalman::Sequences fitted{first_sequences(data.observations, N - held_out)};

  const kalman::LinearGaussianModel start = first_guess(fitted.observations, Z);
  kalman::validate(start, data);
  kalman::Learned learned{.transition = true, .state_offset = true, .process_noise = true, .observation_noise = true};
  learned.emission = Z < data.observations.size;
  // Fewer beginnings than a covariance has directions would let it collapse.
  learned.initial_mean = learned.initial_covariance = N - held_out >= 2 * (Z + 1);

  SeriesFit result;
  result.fit = kalman::fit_em(start, fitted, learned, {.max_iterations = options.max_iterations, .tolerance = 1e-4});
  result.filtered = kalman::filter(result.fit.model, data);
  result.smoothed = kalman::smooth(result.fit.model, data);
  result.fitted_sequences = N - held_out;
  result.fitted = calibration_of(result.fit.model, result.filtered, 0, N - held_out);
  result.held_out = calibration_of(result.fit.model, result.filtered, N - held_out, held_out);
  return result;
}

}  // namespace vrkn::study
