#include "vrkn/kalman/structural.h"

#include <cmath>
#include <numbers>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

// Shares of the variance that a fit begins with.
constexpr double kObservationShare = 0.3, kLevelShare = 0.2, kTrendShare = 0.01, kSeasonalShare = 0.05,
                 kAutoregressiveShare = 0.3;

void check(const StructuralComponents& components) {
  const auto& [level, trend, seasonal, form, autoregressive, level_noise, trend_noise, seasonal_noise] = components;
  if (!level && !trend && seasonal == 0 && autoregressive == 0) {
    throw ConfigError("the model has no component; expected a level, a season or an autoregressive part");
  }
  if (trend && !level) throw ConfigError("the model has a trend but no level; a trend is the slope of a level");
  if (seasonal < 0 || seasonal == 1) {
    throw ConfigError("the period of the season is " + std::to_string(seasonal) +
                      " steps, but must be at least 2, or 0 for none");
  }
  if (autoregressive < 0) {
    throw ConfigError("the autoregressive order is " + std::to_string(autoregressive) + ", but must be at least 0");
  }
}

}  // namespace

StructuralModel structural(const StructuralComponents& components, double var) {
  check(components);
  if (!(var > 0.0) || !std::isfinite(var)) {
    throw ConfigError("the variance to begin with is " + std::to_string(var) + ", but must be positive");
  }
  const int64_t period = components.seasonal, order = components.autoregressive;
  const int64_t season_at = (components.level ? 1 : 0) + (components.trend ? 1 : 0);
  const int64_t autoregressive_at = season_at + (period > 0 ? period - 1 : 0), Z = autoregressive_at + order;

  StructuralModel result;
  Matrix A = Matrix::Zero(Z, Z), Q = A, C = Matrix::Zero(1, Z), P_inf = Matrix::Identity(Z, Z);
  Mask noise = Mask::Constant(Z, Z, false), coefficients = noise;
  std::vector<int64_t> groups(static_cast<size_t>(Z));
  for (int64_t i = 0; i < Z; ++i) groups[i] = i;
  const auto learn_noise = [&](int64_t i, double share) {
    Q(i, i) = share * var;
    noise(i, i) = true;
  };

  if (components.level) {
    A(0, 0) = C(0, 0) = 1.0;
    if (components.level_noise) learn_noise(0, kLevelShare);
    result.state_names.emplace_back("level");
  }
  if (components.trend) {
    A(0, 1) = A(1, 1) = 1.0;
    if (components.trend_noise) learn_noise(1, kTrendShare);
    result.state_names.emplace_back("trend");
  }
  if (period > 0 && components.seasonal_form == SeasonalForm::kDummy) {
    // The newest effect first: minus the sum of the period - 1 effects before.
    A.block(season_at, season_at, 1, period - 1).setConstant(-1.0);
    for (int64_t i = 1; i < period - 1; ++i) A(season_at + i, season_at + i - 1) = 1.0;
    C(0, season_at) = 1.0;
    if (components.seasonal_noise) learn_noise(season_at, kSeasonalShare);
  } else if (period > 0) {
    // Waves of 1, 2, ... cycles in a period, each a rotation; that of two steps only changes its sign.
    for (int64_t i = 0; i < period - 1; i += 2) {
      const int64_t at = season_at + i;
      const double angle = std::numbers::pi * static_cast<double>(i + 2) / static_cast<double>(period);
      C(0, at) = 1.0;
      if (i + 2 == period) {
        A(at, at) = -1.0;
        continue;
      }
      A(at, at) = A(at + 1, at + 1) = std::cos(angle);
      A(at, at + 1) = std::sin(angle);
      A(at + 1, at) = -std::sin(angle);
    }
    for (int64_t i = 0; i < period - 1 && components.seasonal_noise; ++i) {
      learn_noise(season_at + i, kSeasonalShare);
      groups[season_at + i] = season_at;
    }
  }
  for (int64_t i = 0; i < period - 1; ++i) result.state_names.push_back("seasonal " + std::to_string(i));
  if (order > 0) {
    // x_t and the p - 1 values before it.
    A(autoregressive_at, autoregressive_at) = 0.5;
    coefficients.block(autoregressive_at, autoregressive_at, 1, order).setConstant(true);
    for (int64_t i = 1; i < order; ++i) A(autoregressive_at + i, autoregressive_at + i - 1) = 1.0;
    C(0, autoregressive_at) = 1.0;
    learn_noise(autoregressive_at, kAutoregressiveShare);
    P_inf.bottomRightCorner(order, order).setZero();
  }
  Matrix P0 = Matrix::Zero(Z, Z);
  for (int64_t i = 0; i < order; ++i) {
    result.state_names.push_back("autoregressive " + std::to_string(i));
    result.learned.stationary.push_back(autoregressive_at + i);
  }
  const auto& own = result.learned.stationary;
  if (order > 0) P0(own, own) = stationary_covariance(A(own, own), Q(own, own));

  result.learned.transition = order > 0;
  result.learned.process_noise = noise.any();
  result.learned.observation_noise = true;
  result.learned.process_form = CovarianceForm::kDiagonal;
  result.learned.process_groups = groups;
  result.learned.elements.transition = coefficients;
  result.learned.elements.process_noise = noise;
  result.start = {.initial_mean = Vector::Zero(Z),
                  .initial_covariance = P0,
                  .initial_diffuse = P_inf,
                  .transition = A,
                  .process_noise = Q,
                  .emission = C,
                  .observation_noise = Matrix{{kObservationShare * var}}};
  return result;
}

StructuralModel structural(const StructuralComponents& components, const Sequences& data) {
  const Series& observations = data.observations;
  if (observations.size != 1) {
    throw ShapeError("an observation has " + std::to_string(observations.size) +
                     " components; a structural model expects 1");
  }
  double count = 0.0, sum = 0.0, squares = 0.0;
  for (int64_t n = 0; n < observations.sequences; ++n) {
    for (int64_t t = 1; t < observations.steps; ++t) {
      const double difference = observations.at(n, t)[0] - observations.at(n, t - 1)[0];
      if (!std::isfinite(difference)) continue;
      count += 1.0;
      sum += difference;
      squares += difference * difference;
    }
  }
  if (!(squares > 0.0)) throw DataError("no two neighbouring observations differ: there is no variance to begin with");
  const double var = squares / count - sum / count * (sum / count);
  // A line without noise: begin with the size of its steps.
  return structural(components, var > 1e-12 * squares / count ? var : squares / count);
}

}  // namespace vrkn::kalman
