#include "vrkn/kalman/likelihood_objective.h"

namespace vrkn::kalman {

Objective likelihood_objective(const Parametrisation& parametrisation, const Sequences& data,
                               const ComputeOptions& options) {
  return finite_or_infinity(
      [&parametrisation, &data, options](const std::vector<double>& point, std::vector<double>& gradient) {
        const LinearGaussianModel model = parametrisation.model(point);
        const ExpectedStatistics statistics = e_step(model, data, options);
        gradient = parametrisation.gradient(model, statistics);
        for (double& value : gradient) value = -value;
        return -statistics.log_likelihood;
      });
}

}  // namespace vrkn::kalman
