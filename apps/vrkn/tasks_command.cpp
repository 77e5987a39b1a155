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
  fmt::print("{:<24}{:>8}{:>8}{:>8}  {}\n", "task", "actions", "steps", "repeat", "sensors (values)");
  for (const env::TaskSpec& task : env::all_tasks()) {
    std::string sensors;
    for (const env::SensorSpec& sensor : task.sensors) sensors += (sensors.empty() ? "" : ", ") + describe(sensor);
    fmt::print("{:<24}{:>8}{:>8}{:>8}  {}\n", task.name, task.action_size, task.step_limit, task.default_action_repeat,
               sensors);
  }
  fmt::print(
      "\nsteps: control steps of an episode. repeat: control steps per decision, as in PlaNet's experiments; 2 in "
      "Dreamer's.\n"
      "image: RGB, environment.image_size pixels a side.\n");
}

}  // namespace

void add_tasks_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("tasks", "List the tasks with their sensors, actions and default repeats");
  command->footer("Example:\n  vrkn train --preset quick --set environment.task=cartpole_swingup");
  command->callback(print_tasks);
}

}  // namespace vrkn::app
