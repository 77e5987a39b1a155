#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/likelihood_objective.h"
#include "vrkn/kalman/maximum_check.h"

namespace vrkn::kalman {

Fit fit_gradient(const LinearGaussianModel& start, const Sequences& data, const Learned& learned,
                 const FitOptions& options) {
  validate(start, data, learned);
  const Parametrisation parametrisation(start, learned);
  const LinearGaussianModel& first = parametrisation.start_model();
  const MaximumCheck maximum(first, e_step(first, data, options.compute), learned, data, options.compute);
  int64_t iterations = 0;
  const LbfgsResult found =
      minimise_lbfgs(likelihood_objective(parametrisation, data, options.compute), parametrisation.start(),
                     {.max_iterations = options.max_iterations,
                      .tolerance = 1e-15,
                      .step_tolerance = options.tolerance,
                      .on_iteration = [&](const std::vector<double>& point) {
                        maximum.check(parametrisation.model(point), ++iterations);
                      }});
  Fit fit{.model = parametrisation.model(found.point), .converged = found.converged};
  for (const double value : found.values) fit.log_likelihood.push_back(-value);
  return fit;
}

}  // namespace vrkn::kalman
