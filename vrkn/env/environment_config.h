#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vrkn/core/field.h"

namespace vrkn {

/// Which world to act in, what is sensed of it, and under which conditions.
struct EnvironmentConfig {
  std::string task = "cartpole_swingup";
  std::vector<std::string> sensors = {"image"};
  int64_t image_size = 64;
  int64_t action_repeat = 0;
  double transition_noise = 0.0;
  std::vector<std::string> intermittent_sensors = {};
  int64_t interval_min = 4;  // 4 to 8: the paper's tasks with missing images
  int64_t interval_max = 8;
  std::string renderer = "auto";
  std::string camera = "0";
  std::string picture = "suite";

  static constexpr void fields(auto& self, auto&& field) {
    field("task", self.task, "the world and the goal, such as cartpole_swingup", anything());
    field("sensors", self.sensors, "what the agent gets: image, proprioception, state, position", anything());
    field("image_size", self.image_size, "height and width of the sensor image, in pixels", between(16, 480));
    field("action_repeat", self.action_repeat, "control steps per agent step; 0: the task's usual number (PlaNet)",
          at_least(0));
    field("transition_noise", self.transition_noise,
          "standard deviation of the noise added to every action (the range of actions is -1 to 1)", at_least(0));
    field("intermittent_sensors", self.intermittent_sensors, "sensors whose readings are missing most of the time",
          anything());
    field("interval_min", self.interval_min, "fewest agent steps from one reading of such a sensor to the next",
          at_least(1));
    field("interval_max", self.interval_max, "most agent steps from one reading of such a sensor to the next",
          at_least(1));
    field("renderer", self.renderer, "how pictures are drawn: on a graphics card or in software",
          one_of("auto", "egl-device", "egl-surfaceless", "osmesa"));
    field("camera", self.camera, "the scene's camera that pictures are taken with: its name or number", anything());
    field("picture", self.picture, "suite: pictures as the original draws them; fast: without shadows",
          one_of("suite", "fast"));
  }

  /// Throws ConfigError when the task is unknown (naming the nearest), a sensor is not one of the task's or named
  /// twice, an intermittent sensor is not among the sensors, the interval ends before it begins, an episode is
  /// shorter than one agent step, or the scene has no such camera (naming those it has).
  void validate() const;
};

}  // namespace vrkn
