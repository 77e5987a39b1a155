#include "vrkn/env/make_environment.h"

#include "vrkn/core/error.h"
#include "vrkn/env/own_world.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/synthetic/counter_environment.h"
#include "vrkn/env/synthetic/double_integrator.h"
#include "vrkn/env/task_list.h"
#include "vrkn/env/wrapper/action_repeat.h"
#include "vrkn/env/wrapper/occlusion.h"
#include "vrkn/env/wrapper/sensor_delay.h"
#include "vrkn/env/wrapper/sensor_dropout.h"
#include "vrkn/env/wrapper/sensor_noise.h"
#include "vrkn/env/wrapper/sensor_schedule.h"
#include "vrkn/env/wrapper/transition_noise.h"

namespace vrkn::env {
namespace {

std::unique_ptr<Simulation> make_simulation(const EnvironmentConfig& config) {
  if (config.task == "counter") {
    return std::make_unique<CounterEnvironment>(
        CounterOptions{.image_size = config.image_size, .sensors = config.sensors});
  }
  if (config.task == "double_integrator") {
    return std::make_unique<DoubleIntegrator>(config.sensors, config.image_size);
  }
  return std::make_unique<SuiteEnvironment>(find_suite_task(config.task).value(), suite_view(config));
}

template <class Condition, class... Options>
void put_around(std::unique_ptr<Environment>& environment, Options&&... options) {
  environment = std::make_unique<Condition>(std::move(environment), std::forward<Options>(options)...);
}

void put_around(std::unique_ptr<Environment>& environment, std::string_view sensor,
                const SensorConditions& conditions) {
  if (conditions.noise != 0.0) put_around<SensorNoise>(environment, sensor, conditions.noise);
  if (conditions.interval_min != 1 || conditions.interval_max != 1) {
    put_around<SensorSchedule>(environment, sensor, conditions.interval_min, conditions.interval_max);
  }
  if (conditions.dropout != 0.0) put_around<SensorDropout>(environment, sensor, conditions.dropout);
  if (conditions.delay != 0) put_around<SensorDelay>(environment, sensor, conditions.delay);
}

}  // namespace

std::unique_ptr<Environment> make_environment(const EnvironmentConfig& config) {
  config.validate();
  if (is_own_world(config.task)) {
    throw ConfigError("task is \"" + config.task +
                      "\", a world of the program that began the run; only that program can make it");
  }
  return with_conditions(std::make_unique<ActionRepeat>(make_simulation(config), config.resolved_action_repeat()),
                         config);
}

std::unique_ptr<Environment> with_conditions(std::unique_ptr<Environment> environment,
                                             const EnvironmentConfig& config) {
  if (config.transition_noise != 0.0) put_around<TransitionNoise>(environment, config.transition_noise);
  if (!std::holds_alternative<NoOcclusion>(config.occlusion)) {
    put_around<Occlusion>(environment, "image", config.occlusion);
  }
  for (const auto& [sensor, conditions] : config.conditions()) put_around(environment, sensor, *conditions);
  return environment;
}

EnvironmentPool make_environment_pool(const EnvironmentConfig& config, int64_t count, int64_t threads) {
  Environments environments;
  for (int64_t i = 0; i < count; ++i) environments.push_back(make_environment(config));
  return EnvironmentPool(std::move(environments), threads);
}

}  // namespace vrkn::env
