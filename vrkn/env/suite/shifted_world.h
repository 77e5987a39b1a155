#pragma once

#include <memory>

#include "vrkn/core/field.h"
#include "vrkn/env/environment.h"
#include "vrkn/env/environment_config.h"

namespace vrkn::env {

/// How the physics of a world differ from what its scene says: factors, > 0.
struct PhysicsShift {
  double gravity = 1.0;
  double mass = 1.0;      ///< of all bodies, their inertias included
  double friction = 1.0;  ///< of all contacts
  double damping = 1.0;   ///< of all joints
  double actuator = 1.0;  ///< the gear of all motors

  static constexpr void fields(auto& self, auto&& field) {
    field("gravity", self.gravity, "factor", positive());
    field("mass", self.mass, "factor on the masses and inertias of all bodies", positive());
    field("friction", self.friction, "factor on the friction of all contacts", positive());
    field("damping", self.damping, "factor on the damping of all joints", positive());
    field("actuator", self.actuator, "factor on what all motors do", positive());
  }
};

/// The world of make_environment with other physics. Throws as make_environment, and ConfigError for a world that is
/// not one of the control suite, and for factors that are not positive.
std::unique_ptr<Environment> make_shifted_environment(const EnvironmentConfig& config, const PhysicsShift& shift);

}  // namespace vrkn::env
