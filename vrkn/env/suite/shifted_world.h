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
  double length = 1.0;    ///< of all that turns on a hinge: poles, arms, legs; thickness and masses stay

  static constexpr void fields(auto& self, auto&& field) {
    field("gravity", self.gravity, "factor", positive());
    field("mass", self.mass, "factor on the masses and inertias of all bodies", positive());
    field("friction", self.friction, "factor on the friction of all contacts", positive());
    field("damping", self.damping, "factor on the damping of all joints", positive());
    field("actuator", self.actuator, "factor on what all motors do", positive());
    field("length", self.length, "factor on the length of all that turns on a hinge", positive());
  }
};

/// How a scene looks other than it says.
struct SceneShift {
  double hue = 0.0;  ///< degrees that all colours are turned by; 120 makes of red green

  static constexpr void fields(auto& self, auto&& field) {
    field("hue", self.hue, "degrees that all colours are turned by", anything());
  }
};

/// How all sensors read other than they should.
struct ReadingShift {
  double bias = 0.0;  ///< added to every value: of an image as a share of its range, else in the sensor's units

  static constexpr void fields(auto& self, auto&& field) {
    field("bias", self.bias, "added to every value: of an image as a share of its range, else in the sensor's units",
          anything());
  }
};

/// A world that is another than its scene says. The default changes nothing.
struct WorldShift {
  PhysicsShift physics = {};
  SceneShift scene = {};
  ReadingShift readings = {};
};

/// The world of make_environment, shifted. Throws as make_environment, and ConfigError for a world that is not one of
/// the control suite, for factors that are not positive, and for numbers that are not finite.
std::unique_ptr<Environment> make_shifted_environment(const EnvironmentConfig& config, const WorldShift& shift);

}  // namespace vrkn::env
