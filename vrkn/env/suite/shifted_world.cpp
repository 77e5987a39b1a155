#include "vrkn/env/suite/shifted_world.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/wrapper/action_repeat.h"
#include "vrkn/env/wrapper/sensor_condition.h"

namespace vrkn::env {
namespace {

void scale(mjtNum* values, int64_t count, double factor) {
  for (mjtNum& value : std::span(values, static_cast<size_t>(count))) value *= factor;
}

/// Whether the body, or one that it hangs on, has a hinge.
bool turns(const mjModel& model, int body) {
  for (; body > 0; body = model.body_parentid[body]) {
    for (int j = 0; j < model.body_jntnum[body]; ++j) {
      if (model.jnt_type[model.body_jntadr[body] + j] == mjJNT_HINGE) return true;
    }
  }
  return false;
}

void stretch_geom(mjModel& model, int geom, double factor) {
  scale(model.geom_pos + 3 * geom, 3, factor);
  const int type = model.geom_type[geom];
  if (type == mjGEOM_CAPSULE || type == mjGEOM_CYLINDER) model.geom_size[3 * geom + 1] *= factor;
  if (type == mjGEOM_BOX || type == mjGEOM_ELLIPSOID) scale(model.geom_size + 3 * geom, 3, factor);
  // What collisions are looked for in may be too large, not too small.
  model.geom_rbound[geom] *= std::max(1.0, factor);
#if mjVERSION_HEADER >= 300
  scale(model.geom_aabb + 6 * geom + 3, 3, std::max(1.0, factor));
#endif
}

/// Distances within bodies that turn, and from them to what hangs on them, grow by the factor, inertias by its square.
void stretch(mjModel& model, double factor) {
  for (int body = 1; body < model.nbody; ++body) {
    if (turns(model, model.body_parentid[body])) scale(model.body_pos + 3 * body, 3, factor);
    if (!turns(model, body)) continue;
    scale(model.body_ipos + 3 * body, 3, factor);
    scale(model.body_inertia + 3 * body, 3, factor * factor);
    for (int g = 0; g < model.body_geomnum[body]; ++g) stretch_geom(model, model.body_geomadr[body] + g, factor);
    for (int j = 0; j < model.body_jntnum[body]; ++j)
      scale(model.jnt_pos + 3 * (model.body_jntadr[body] + j), 3, factor);
  }
  for (int site = 0; site < model.nsite; ++site) {
    if (turns(model, model.site_bodyid[site])) scale(model.site_pos + 3 * site, 3, factor);
  }
#if mjVERSION_HEADER >= 300
  for (int64_t node = 0; node < model.nbvhstatic; ++node) {
    scale(model.bvh_aabb + 6 * node, 3, factor);
    scale(model.bvh_aabb + 6 * node + 3, 3, std::max(1.0, factor));
  }
#endif
}

void apply(const PhysicsShift& shift, Physics& physics) {
  mjModel& model = physics.editable_model();
  scale(model.opt.gravity, 3, shift.gravity);
  scale(model.body_mass, model.nbody, shift.mass);
  scale(model.body_inertia, 3 * model.nbody, shift.mass);
  scale(model.geom_friction, 3 * model.ngeom, shift.friction);
  scale(model.dof_damping, model.nv, shift.damping);
  scale(model.actuator_gear, 6 * model.nu, shift.actuator);
  if (shift.length != 1.0) stretch(model, shift.length);
  mj_setConst(&model, &physics.data());  // what MuJoCo derives of masses and lengths
  physics.reset();
}

/// Turns colours [count, RGBA] on the axis of the greys, which stay what they are: brightness stays, too.
void turn_hue(float* colours, int64_t count, double degrees) {
  const double angle = degrees * std::numbers::pi / 180.0, c = std::cos(angle), s = std::sin(angle);
  const double own = (1.0 + 2.0 * c) / 3.0, next = (1.0 - c) / 3.0 - s / std::sqrt(3.0),
               last = (1.0 - c) / 3.0 + s / std::sqrt(3.0);
  for (int64_t i = 0; i < count; ++i) {
    float* colour = colours + 4 * i;
    const std::array<double, 3> rgb = {colour[0], colour[1], colour[2]};
    for (size_t k = 0; k < 3; ++k) {
      const double turned = own * rgb[k] + next * rgb[(k + 1) % 3] + last * rgb[(k + 2) % 3];
      colour[k] = static_cast<float>(std::clamp(turned, 0.0, 1.0));
    }
  }
}

void apply(const SceneShift& shift, Physics& physics) {
  if (shift.hue == 0.0) return;
  mjModel& model = physics.editable_model();
  turn_hue(model.geom_rgba, model.ngeom, shift.hue);
  turn_hue(model.mat_rgba, model.nmat, shift.hue);
}

/// Adds a constant to every value that a sensor reads.
class SensorBias final : public SensorCondition {
 public:
  SensorBias(std::unique_ptr<Environment> inner, std::string_view sensor, double bias)
      : SensorCondition(std::move(inner), sensor, "sensor_bias"), bias_(bias) {}

 private:
  void begin(ScalarGenerator /*random*/) override {}
  void apply(Reading& reading) override {
    if (!reading.valid) return;
    for (double& value : reading.vector) value += bias_;
    for (uint8_t& value : reading.image) {
      value = static_cast<uint8_t>(std::lround(std::clamp(value + 255.0 * bias_, 0.0, 255.0)));
    }
  }

  double bias_;
};

void check(const WorldShift& shift) {
  PhysicsShift::fields(shift.physics, [](const char* name, double factor, auto&&...) {
    if (factor > 0.0 && std::isfinite(factor)) return;
    throw ConfigError(std::string(name) + " is " + std::to_string(factor) + ", but a factor must be above 0");
  });
  if (!std::isfinite(shift.scene.hue) || !std::isfinite(shift.readings.bias)) {
    throw ConfigError("hue and bias must be finite");
  }
}

}  // namespace

std::unique_ptr<Environment> make_shifted_environment(const EnvironmentConfig& config, const WorldShift& shift) {
  config.validate();
  check(shift);
  const std::optional<SuiteTask> task = find_suite_task(config.task);
  if (!task) {
    throw ConfigError("task is \"" + config.task + "\", but only worlds of the control suite have physics to change");
  }
  auto world = std::make_unique<SuiteEnvironment>(*task, suite_view(config));
  apply(shift.physics, world->physics());
  apply(shift.scene, world->physics());
  std::unique_ptr<Environment> shifted =
      with_conditions(std::make_unique<ActionRepeat>(std::move(world), config.resolved_action_repeat()), config);
  if (shift.readings.bias != 0.0) {
    for (const SensorSpec& sensor : std::vector(shifted->spec().sensors)) {
      shifted = std::make_unique<SensorBias>(std::move(shifted), sensor.name, shift.readings.bias);
    }
  }
  return shifted;
}

}  // namespace vrkn::env
