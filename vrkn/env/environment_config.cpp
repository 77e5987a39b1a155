#include "vrkn/env/environment_config.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/camera.h"
#include "vrkn/env/mujoco/model.h"
#include "vrkn/env/own_world.h"
#include "vrkn/env/sensor_choice.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/task_list.h"

namespace vrkn::env {
namespace {

void check_camera(const std::string& task, const std::string& camera) {
  if (camera == "0") return;  // every world has a first one; for the others the scene has to be compiled
  const std::optional<SuiteTask> suite_task = find_suite_task(task);
  if (!suite_task) throw ConfigError("camera is \"" + camera + "\", but " + task + " has only 0");
  find_camera(*load_model(suite_task->scene), camera);
}

}  // namespace

int64_t EnvironmentConfig::resolved_action_repeat() const {
  if (action_repeat != 0) return action_repeat;
  return is_own_world(task) ? 1 : find_task(task).default_action_repeat;
}

EnvironmentConfig EnvironmentConfig::undisturbed() const {
  EnvironmentConfig clear = *this;
  clear.occlusion = NoOcclusion{};
  for (const auto& [name, conditions_of_sensor] : clear.conditions()) *conditions_of_sensor = {};
  return clear;
}

void EnvironmentConfig::validate() const {
  const bool is_own = is_own_world(task);  // it says itself what it is, once it is made
  if (!is_own) choose_sensors(find_task(task), sensors, image_size);
  const auto is_sensed = [&](std::string_view name) { return std::ranges::find(sensors, name) != sensors.end(); };
  if (!std::holds_alternative<NoOcclusion>(occlusion) && !is_sensed("image")) {
    throw ConfigError("occlusion hides the image, but \"image\" is not among the sensors");
  }
  for (const auto& [name, conditions] : conditions()) {
    if (*conditions != SensorConditions{} && !is_sensed(name)) {
      throw ConfigError(std::string(name) + " has conditions, but \"" + std::string(name) +
                        "\" is not among the sensors");
    }
  }
  if (is_own) return;
  const TaskSpec spec = find_task(task);
  if (action_repeat > spec.step_limit) {
    throw ConfigError("action_repeat is " + std::to_string(action_repeat) + ", but an episode of " + task +
                      " has only " + std::to_string(spec.step_limit) + " control steps");
  }
  check_camera(task, camera);
}

}  // namespace vrkn::env
