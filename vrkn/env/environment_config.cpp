#include "vrkn/env/environment_config.h"

#include <algorithm>

#include "vrkn/core/error.h"
#include "vrkn/env/sensor_choice.h"
#include "vrkn/env/task_list.h"

namespace vrkn {

void EnvironmentConfig::validate() const {
  const TaskFacts facts = find_task(task);
  choose_sensors(facts, sensors, image_size);
  for (const std::string& name : intermittent_sensors) {
    if (std::ranges::find(sensors, name) == sensors.end()) {
      throw ConfigError("intermittent_sensors names \"" + name + "\", which is not among the sensors");
    }
    if (std::ranges::count(intermittent_sensors, name) > 1) {
      throw ConfigError("intermittent_sensors names \"" + name + "\" twice");
    }
  }
  if (interval_max < interval_min) {
    throw ConfigError("interval_max is " + std::to_string(interval_max) + ", but must be at least interval_min, " +
                      std::to_string(interval_min));
  }
  if (action_repeat > facts.step_limit) {
    throw ConfigError("action_repeat is " + std::to_string(action_repeat) + ", but an episode of " + task +
                      " has only " + std::to_string(facts.step_limit) + " control steps");
  }
}

}  // namespace vrkn
