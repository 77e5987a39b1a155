#include "vrkn/env/control_timestep.h"

#include "vrkn/env/own_world.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/synthetic/double_integrator.h"
#include "vrkn/env/task_list.h"

namespace vrkn::env {

std::optional<double> control_timestep_s(std::string_view name) {
  if (is_own_world(name)) return std::nullopt;
  if (const auto task = find_suite_task(name)) return control_timestep_s(*task);
  if (find_task(name).name == double_integrator_spec().name) return DoubleIntegrator::kTimestep_s;
  return std::nullopt;
}

}  // namespace vrkn::env
