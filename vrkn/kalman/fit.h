#pragma once

#include "vrkn/kalman/learned.h"
#include "vrkn/kalman/statistics.h"

namespace vrkn::kalman {

// Maximum likelihood, by two routes to the same optimum.
//
//   Learned learned{.transition = true, .process_noise = true, .process_form = CovarianceForm::kSpherical};
//   const Fit fit = fit_em(start, data, learned);
//   const Smoothed beliefs = smooth(fit.model, data);

/// When a fit stops, and how it computes.
struct FitOptions {
  int64_t max_iterations = 1000;
  /// A fit has converged when an iteration of EM raises the log-likelihood, or the gradient of a line search's result
  /// promises to, by less than this share of its size. >= 0
  double tolerance = 1e-9;
  ComputeOptions compute = {};
};

/// What a fit found.
struct Fit {
  LinearGaussianModel model;
  std::vector<double> log_likelihood = {};  ///< of all data: at the start, then after every iteration
  bool converged = false;                   ///< else it stopped at `max_iterations`
};

/// Expectation maximisation (Shumway and Stoffer 1982) from the parameters of `start`; the log-likelihood never falls.
/// Throws what validate(start, data, learned) and smooth() throw; NumericalError when the data leave a learned
/// parameter open, as when there are fewer observed steps than state components.
Fit fit_em(const LinearGaussianModel& start, const Sequences& data, const Learned& learned,
           const FitOptions& options = {});

/// The parameters that maximise the expected complete-data log-likelihood: one M-step.
LinearGaussianModel m_step(const LinearGaussianModel& model, const ExpectedStatistics& statistics,
                           const Learned& learned);

/// Gradient ascent of the log-likelihood itself, by L-BFGS over Parametrisation. Same errors.
Fit fit_gradient(const LinearGaussianModel& start, const Sequences& data, const Learned& learned,
                 const FitOptions& options = {});

}  // namespace vrkn::kalman
