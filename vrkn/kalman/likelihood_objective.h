#pragma once

#include "vrkn/kalman/lbfgs.h"
#include "vrkn/kalman/parametrisation.h"

namespace vrkn::kalman {

/// Minus the log-likelihood of the data and its gradient, over the vector of `parametrisation`; infinite where there is
/// no model. Refers to its arguments.
Objective likelihood_objective(const Parametrisation& parametrisation, const Sequences& data,
                               const ComputeOptions& options);

}  // namespace vrkn::kalman
