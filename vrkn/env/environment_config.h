#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vrkn/core/field.h"
#include "vrkn/env/occlusion_config.h"
#include "vrkn/env/sensor_conditions.h"

namespace vrkn::env {

/// Which world to act in, what is sensed of it, and under which conditions.
struct EnvironmentConfig {
  std::string task = "cartpole_swingup";
  std::vector<std::string> sensors = {"image"};
  int64_t image_size = 64;
  int64_t image_supersampling = 1;
  int64_t action_repeat = 0;
  double transition_noise = 0.0;
  std::string renderer = "auto";
  std::string camera = "0";
  std::string picture = "suite";
  OcclusionConfig occlusion = {};
  SensorConditions image = {};
  SensorConditions proprioception = {};
  SensorConditions state = {};
  SensorConditions position = {};

  static constexpr void fields(auto& self, auto&& field) {
    field("task", self.task, "the world and the goal, such as cartpole_swingup", anything());
    field("sensors", self.sensors, "what the agent gets: image, proprioception, state, position", anything());
    field("image_size", self.image_size, "height and width of the sensor image, in pixels", between(16, 480));
    field("image_supersampling", self.image_supersampling,
          "a scene's image is drawn so many times as wide and high (480 pixels at most) and averaged down, which keeps "
          "thin things; 1: as the original",
          between(1, 16));
    field("action_repeat", self.action_repeat, "control steps per agent step; 0: the task's usual number (PlaNet)",
          at_least(0));
    field("transition_noise", self.transition_noise,
          "standard deviation of the noise added to every action (the range of actions is -1 to 1)", at_least(0));
    field("renderer", self.renderer, "how pictures are drawn: on a graphics card or in software",
          one_of("auto", "egl-device", "egl-surfaceless", "osmesa"));
    field("camera", self.camera, "the scene's camera that pictures are taken with: its name or number", anything());
    field("picture", self.picture, "suite: pictures as the original draws them; fast: without shadows",
          one_of("suite", "fast"));
    field("occlusion", self.occlusion, "what drifts over the images and hides the world");
    field("image", self.image, "conditions of the sensor image");
    field("proprioception", self.proprioception, "conditions of the sensor proprioception");
    field("state", self.state, "conditions of the sensor state");
    field("position", self.position, "conditions of the sensor position");
  }

  /// The conditions of every sensor, under its name.
  template <class Conditions>
  using ByName = std::array<std::pair<std::string_view, Conditions*>, 4>;
  ByName<const SensorConditions> conditions() const {
    return {{{"image", &image}, {"proprioception", &proprioception}, {"state", &state}, {"position", &position}}};
  }
  ByName<SensorConditions> conditions() {
    return {{{"image", &image}, {"proprioception", &proprioception}, {"state", &state}, {"position", &position}}};
  }

  /// Control steps per agent step: `action_repeat`, or the task's default. Throws ConfigError for an unknown task.
  int64_t resolved_action_repeat() const;

  /// The same world seen clearly: without occlusion and without conditions of the sensors. With the same seed and
  /// actions it goes through the same states and gives the same rewards, for the conditions have streams of their own;
  /// transition noise is the world's and stays.
  EnvironmentConfig undisturbed() const;

  /// Throws ConfigError when the task is unknown (naming the nearest), a sensor is not one of the task's or named
  /// twice, conditions are set for a sensor that is not among them, occlusion without the sensor image, an episode is
  /// shorter than one agent step, or the scene has no such camera (naming those it has). Of a world of a program's own
  /// (own_world.h) only the conditions are checked.
  void validate() const;
};

}  // namespace vrkn::env
