#include <limits>

#include "vrkn/core/error.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/lbfgs.h"
#include "vrkn/kalman/parametrisation.h"

namespace vrkn::kalman {

Fit fit_gradient(const LinearGaussianModel& start, const Sequences& data, const Learned& learned,
                 const FitOptions& options) {
  validate(start, data, learned);
  const Parametrisation parametrisation(start, learned);
  const auto minus_log_likelihood = [&](const std::vector<double>& point, std::vector<double>& gradient) {
    try {
      const LinearGaussianModel model = parametrisation.model(point);
      const ExpectedStatistics statistics = e_step(model, data, options.compute);
      gradient = parametrisation.gradient(model, statistics);
      for (double& value : gradient) value = -value;
      return -statistics.log_likelihood;
    } catch (const NumericalError&) {
      // A step of the line search so long that a covariance is lost to rounding.
      return std::numeric_limits<double>::infinity();
    } catch (const ConfigError&) {
      return std::numeric_limits<double>::infinity();
    }
  };
  const LbfgsResult found = minimise_lbfgs(minus_log_likelihood, parametrisation.start(),
                                           {.max_iterations = options.max_iterations, .tolerance = options.tolerance});
  Fit fit{.model = parametrisation.model(found.point), .converged = found.converged};
  for (const double value : found.values) fit.log_likelihood.push_back(-value);
  return fit;
}

}  // namespace vrkn::kalman
