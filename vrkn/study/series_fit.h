#pragma once

#include "vrkn/kalman/fit.h"

namespace vrkn::study {

/// How a model is fitted to someone's own sequences.
struct SeriesFitOptions {
  int64_t state_size = 0;  ///< Z; 0: as many states as observed components
  double held_out = 0.2;   ///< share of the sequences, the last ones, that the model is not fitted to; in [0, 1)
  int64_t max_iterations = 500;
};

/// How well one-step-ahead predictions p(o_t | o_{<t}) say how sure they can be. A calibrated model has coverages of
/// 0.5, 0.8 and 0.95 and a normalised innovation squared of 1.
struct OneStepCalibration {
  int64_t values = 0;        ///< observed components
  double log_density = 0.0;  ///< mean, nats per observed step: one-step-ahead predictive log-likelihood
  double coverage_50 = 0.0;  ///< share of the components within their central 50 % interval
  double coverage_80 = 0.0;
  double coverage_95 = 0.0;
  double normalised_innovation =
      0.0;  ///< mean of e^T S^-1 e / (observed components) (Bar-Shalom et al. 2001, Section 5.4)
};

/// A linear-Gaussian model fitted to sequences, and what it believes of all of them.
struct SeriesFit {
  kalman::Fit fit;                   ///< model and log-likelihood by iteration, of the sequences fitted to
  kalman::Filtered filtered;         ///< of all sequences
  kalman::Smoothed smoothed;         ///< of all sequences
  int64_t fitted_sequences = 0;      ///< the first ones
  OneStepCalibration fitted = {};    ///< on the sequences fitted to
  OneStepCalibration held_out = {};  ///< on the others; values = 0 when there are none
};

/// Fits by EM. What is learned: transition matrix, state offset, transition covariance, observation covariance, and,
/// with enough sequences, the initial state. The first components of the state are the observed ones (C = [I 0]),
/// which restricts nothing as long as there are as many states as observations; with fewer, C is learned too, from the
/// principal directions of the data. There are no controls.
/// Throws ShapeError, DataError or ConfigError with what is wrong with the data or the options, and NumericalError when
/// the fit degenerates.
SeriesFit fit_series(const kalman::Sequences& data, const SeriesFitOptions& options);

}  // namespace vrkn::study
