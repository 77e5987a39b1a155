#include "vrkn/env/sensor_choice.h"

#include <algorithm>

#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"

namespace vrkn::env {
namespace {

[[noreturn]] void reject(const TaskSpec& task, const std::string& name) {
  std::vector<std::string> known;
  std::string listed;
  for (const SensorSpec& sensor : task.sensors) {
    known.push_back(sensor.name);
    listed += (listed.empty() ? "" : ", ") + sensor.name;
  }
  throw ConfigError("sensors names \"" + name + "\", but " + task.name + " has only " + listed +
                    did_you_mean(name, known));
}

}  // namespace

std::vector<SensorSpec> choose_sensors(const TaskSpec& task, const std::vector<std::string>& names,
                                       int64_t image_size) {
  if (names.empty()) throw ConfigError("sensors is empty, but an agent needs at least one");
  if (image_size < 1) throw ConfigError("image_size is " + std::to_string(image_size) + ", but must be at least 1");
  std::vector<SensorSpec> chosen;
  for (const std::string& name : names) {
    if (std::ranges::find(chosen, name, &SensorSpec::name) != chosen.end())
      throw ConfigError("sensors names \"" + name + "\" twice");
    const auto found = std::ranges::find(task.sensors, name, &SensorSpec::name);
    if (found == task.sensors.end()) reject(task, name);
    chosen.push_back(found->kind == SensorKind::kImage ? image_sensor(image_size) : *found);
  }
  return chosen;
}

}  // namespace vrkn::env
