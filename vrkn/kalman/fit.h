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
  /// A fit has converged when every learned parameter is estimated to be this close to where the likelihood is highest:
  /// in logarithms for variances, so as a share of themselves, and in their own units for the others. The default gives
  /// five digits of a variance. It has also converged when the likelihood changes by no more than its rounding. >= 0
  double tolerance = 1e-6;
  ComputeOptions compute = {};
};

/// What a fit found.
struct Fit {
  LinearGaussianModel model;
  std::vector<double> log_likelihood = {};  ///< of all data: at the start, then after every iteration
  bool converged = false;                   ///< else it stopped at `max_iterations`
};

/// Expectation maximisation (Shumway and Stoffer 1982) from the parameters of `start`, every other iteration a step of
/// SQUAREM (Varadhan and Roland 2008), which goes where the steps before lead to; the log-likelihood never falls. An
/// iteration is one E-step; a step of SQUAREM that would lower the likelihood is not taken and not counted. Where EM is
/// too slow for that to help, as on the way to a variance of 0, some iterations are steps of L-BFGS (Jamshidian and
/// Jennrich 1997).
/// Throws what validate(start, data, learned) and smooth() throw; NumericalError when the data leave a learned
/// parameter open, as when there are fewer observed steps than state components, and when the likelihood has no maximum
/// because a learned variance goes to 0 while it grows.
Fit fit_em(const LinearGaussianModel& start, const Sequences& data, const Learned& learned,
           const FitOptions& options = {});

/// The parameters that maximise the expected complete-data log-likelihood: one M-step. Where coefficients and noise of
/// a regression depend on each other, the coefficients are maximised first, then the noise, which still never lowers
/// the likelihood (Meng and Rubin 1993). Single elements within a correlated covariance, and stationary components,
/// have no closed form: their expected log-likelihood is raised by L-BFGS. Throws NumericalError as fit_em does.
LinearGaussianModel m_step(const LinearGaussianModel& model, const ExpectedStatistics& statistics,
                           const Learned& learned);

/// Gradient ascent of the log-likelihood itself, by L-BFGS over the learned parameters: logarithms of variances,
/// Cholesky factors of full covariances. Throws what validate(start, data, learned) and smooth() throw; NumericalError
/// when the likelihood has no maximum, as fit_em does, and when it or its gradient is not finite at `start`.
Fit fit_gradient(const LinearGaussianModel& start, const Sequences& data, const Learned& learned,
                 const FitOptions& options = {});

}  // namespace vrkn::kalman
