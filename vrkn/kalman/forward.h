#pragma once

#include "vrkn/kalman/filter.h"
#include "vrkn/kalman/problem.h"

// Runs the recursions over a batch, for the code of this module only.
namespace vrkn::kalman {

/// Whether the batch takes the shared layout.
bool shares_covariances(const Sequences& data, const ComputeOptions& options);

/// Filters N sequences into `targets`. Throws NumericalError when an innovation's covariance is not positive definite.
void run_filter(const Problem& problem, int64_t N, bool shared, const FilterTargets& targets, int threads,
                const Recursions& recursions = best_recursions());

/// Filters and smooths N sequences. `filter_targets` may be empty; `targets` must want means and covariances. Throws
/// what run_filter throws, and NumericalError when a diffuse start leaves a smoothed state open.
void run_smoother(const Problem& problem, int64_t N, bool shared, const FilterTargets& filter_targets,
                  const SmootherTargets& targets, int threads, const Recursions& recursions = best_recursions());

/// Every sequence's sum over the steps of a series of numbers.
Vector sums(const Series& series);

}  // namespace vrkn::kalman
