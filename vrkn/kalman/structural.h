#pragma once

#include <string>

#include "vrkn/kalman/learned.h"

namespace vrkn::kalman {

// Structural time series models (Harvey 1989; Durbin and Koopman 2012, Chapter 3) in one line, and fitted in one more:
//
//   const StructuralModel model = structural({.trend = true, .seasonal = 12}, data);
//   const Fit fit = fit_em(model.start, data, model.learned);

/// Which states a season consists of.
enum class SeasonalForm {
  kDummy,         ///< the effects of a whole period add up to N(0, var)
  kTrigonometric  ///< a sum of waves of the period and its fractions, with one variance for all
};

/// What the observation is the sum of, besides independent noise.
struct StructuralComponents {
  bool level = true;     ///< mu_{t+1} = mu_t + beta_t + N(0, var)
  bool trend = false;    ///< beta_{t+1} = beta_t + N(0, var), the slope of the level; needs a level
  int64_t seasonal = 0;  ///< the period in steps, >= 2; 0: none
  SeasonalForm seasonal_form = SeasonalForm::kDummy;
  int64_t autoregressive = 0;  ///< order p of x_{t+1} = phi_1 x_t + ... + phi_p x_{t-p+1} + N(0, var); 0: none
  bool level_noise = true;     ///< false: the level moves by its slope alone
  bool trend_noise = true;     ///< false: the slope is one number
  bool seasonal_noise = true;  ///< false: the season is the same in all periods
};

/// A model to start a fit from, and what a fit may change of it.
struct StructuralModel {
  LinearGaussianModel start;
  /// The variances of all components that have noise, that of the observation, and the autoregressive coefficients.
  Learned learned;
  std::vector<std::string> state_names;  ///< "level", "trend", "seasonal 0" ..., "autoregressive 0" ... [Z]
};

/// The model of one observed number [O = 1] with these components. Level, trend and season start diffuse; the
/// autoregressive part starts in its stationary distribution, at any coefficients. Fits from it estimate what
/// statsmodels' UnobservedComponents with `use_exact_diffuse` does. `var`, > 0: the size of the variances that the fit
/// begins with.
/// Throws ConfigError for no component at all, a trend without a level, a period of 1 or a negative order.
StructuralModel structural(const StructuralComponents& components, double var = 1.0);

/// The same with variances of the size of the data's: those of the differences of neighbouring observations. Throws
/// ShapeError when an observation is not one number, DataError when no two neighbours differ.
StructuralModel structural(const StructuralComponents& components, const Sequences& data);

}  // namespace vrkn::kalman
