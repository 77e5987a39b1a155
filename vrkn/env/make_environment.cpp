#include "vrkn/env/make_environment.h"

#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/synthetic/counter_environment.h"
#include "vrkn/env/synthetic/double_integrator.h"
#include "vrkn/env/task_list.h"
#include "vrkn/env/wrapper/action_repeat.h"
#include "vrkn/env/wrapper/sensor_schedule.h"
#include "vrkn/env/wrapper/transition_noise.h"

namespace vrkn {
namespace {

std::unique_ptr<Simulation> make_simulation(const EnvironmentConfig& config) {
  if (config.task == "counter") {
    return std::make_unique<CounterEnvironment>(
        CounterOptions{.image_size = config.image_size, .sensors = config.sensors});
  }
  if (config.task == "double_integrator") {
    return std::make_unique<DoubleIntegrator>(config.sensors, config.image_size);
  }
  return std::make_unique<SuiteEnvironment>(
      find_suite_task(config.task).value(),
      SuiteView{.sensors = config.sensors,
                .image_size = config.image_size,
                .renderer = config.renderer,
                .camera = config.camera,
                .quality = config.picture == "fast" ? PictureQuality::kFast : PictureQuality::kSuite});
}

}  // namespace

std::unique_ptr<Environment> make_environment(const EnvironmentConfig& config) {
  config.validate();
  const int64_t repeat = config.action_repeat == 0 ? find_task(config.task).planet_action_repeat : config.action_repeat;
  std::unique_ptr<Environment> environment = std::make_unique<ActionRepeat>(make_simulation(config), repeat);
  if (config.transition_noise != 0.0) {
    environment = std::make_unique<TransitionNoise>(std::move(environment), config.transition_noise);
  }
  if (!config.intermittent_sensors.empty()) {
    environment = std::make_unique<SensorSchedule>(std::move(environment), config.intermittent_sensors,
                                                   config.interval_min, config.interval_max);
  }
  return environment;
}

}  // namespace vrkn
