#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "vrkn/env/task_list.h"

namespace vrkn::app {
namespace {

std::string describe(const env::SensorSpec& sensor) {
  if (sensor.kind == env::SensorKind::kImage) return sensor.name;
  return fmt::format("{} ({})", sensor.name, sensor.size());
}

void print_tasks() {
  fmt::print("{:<24}{:>8}{:>8}{:>9}{:>8}  {}\n", "task", "action", "steps", "repeat", "repeat", "sensors (values)");
  fmt::print("{:<24}{:>8}{:>8}{:>9}{:>8}\n", "", "size", "", "PlaNet", "Dreamer");
  for (const env::TaskSpec& task : env::all_tasks()) {
    std::string sensors;
    for (const env::SensorSpec& sensor : task.sensors) sensors += (sensors.empty() ? "" : ", ") + describe(sensor);
    fmt::print("{:<24}{:>8}{:>8}{:>9}{:>8}  {}\n", task.name, task.action_size, task.step_limit,
               task.planet_action_repeat, task.dreamer_action_repeat, sensors);
  }
  fmt::print("\nsteps: control steps of an episode. image: RGB, environment.image_size pixels a side.\n");
}

}  // namespace

void add_tasks_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("tasks", "List the tasks with their sensors, actions and default repeats");
  command->footer("Example:\n  vrkn train --preset quick --set environment.task=cartpole_swingup");
  command->callback(print_tasks);
}

}  // namespace vrkn::app
