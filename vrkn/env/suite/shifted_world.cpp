#include "vrkn/env/suite/shifted_world.h"

#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/wrapper/action_repeat.h"

namespace vrkn::env {
namespace {

void scale(mjtNum* values, int64_t count, double factor) {
  for (mjtNum& value : std::span(values, static_cast<size_t>(count))) value *= factor;
}

void apply(const PhysicsShift& shift, Physics& physics) {
  mjModel& model = physics.editable_model();
  scale(model.opt.gravity, 3, shift.gravity);
  scale(model.body_mass, model.nbody, shift.mass);
  scale(model.body_inertia, 3 * model.nbody, shift.mass);
  scale(model.geom_friction, 3 * model.ngeom, shift.friction);
  scale(model.dof_damping, model.nv, shift.damping);
  scale(model.actuator_gear, 6 * model.nu, shift.actuator);
  mj_setConst(&model, &physics.data());  // what MuJoCo derives of masses
  physics.reset();
}

}  // namespace

std::unique_ptr<Environment> make_shifted_environment(const EnvironmentConfig& config, const PhysicsShift& shift) {
  config.validate();
  const std::optional<SuiteTask> task = find_suite_task(config.task);
  if (!task) {
    throw ConfigError("task is \"" + config.task + "\", but only worlds of the control suite have physics to change");
  }
  PhysicsShift::fields(shift, [](const char* name, double factor, auto&&...) {
    if (factor > 0.0 && std::isfinite(factor)) return;
    throw ConfigError(std::string(name) + " is " + std::to_string(factor) + ", but a factor must be above 0");
  });
  auto world = std::make_unique<SuiteEnvironment>(*task, suite_view(config));
  apply(shift, world->physics());
  return with_conditions(std::make_unique<ActionRepeat>(std::move(world), config.resolved_action_repeat()), config);
}

}  // namespace vrkn::env
