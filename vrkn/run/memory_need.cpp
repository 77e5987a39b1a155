#include "vrkn/run/memory_need.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/agent/agent_size.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/memory.h"
#include "vrkn/env/own_world.h"
#include "vrkn/env/sensor_choice.h"
#include "vrkn/env/task_list.h"
#include "vrkn/env/wrapper/occluder.h"
#include "vrkn/parallel/process_environment.h"
#include "vrkn/run/fit_data.h"

namespace vrkn::run {
namespace {

constexpr double kFloat = sizeof(float);

/// Bytes of a step as the replay holds it: images as bytes, vectors, action, reward and discount as floats.
double bytes_per_step(const env::EnvironmentSpec& spec) {
  double bytes = kFloat * static_cast<double>(spec.action_size + 2);
  for (const env::SensorSpec& sensor : spec.sensors) {
    double values = 1.0;
    for (const int64_t extent : sensor.shape) values *= static_cast<double>(extent);
    bytes += sensor.kind == env::SensorKind::kImage ? values : kFloat * values;
  }
  return bytes;
}

bool is_of_task(const ExperimentConfig& config, const env::EnvironmentSpec& spec) {
  return !env::is_own_world(config.environment.task) && spec.step_limit > 0 &&
         task_spec(config).sensors == spec.sensors;
}

/// The memory in all; infinite where nothing of these sizes can be made.
double total_need(const ExperimentConfig& config, const env::EnvironmentSpec& spec, int64_t processes) {
  try {
    return memory_need(config, spec, processes).total();
  } catch (const InputError&) {
    return std::numeric_limits<double>::infinity();
  }
}

/// The integers that decide most: "model.latent_dim = 1000000", in the order of what half of each would save.
std::vector<std::string> deciding_keys(ExperimentConfig config, const env::EnvironmentSpec& spec, int64_t processes) {
  constexpr double kDecides = 0.1;  // of the whole
  constexpr size_t kMost = 4;
  const double whole = memory_need(config, spec, processes).total();
  const bool of_task = is_of_task(config, spec);
  std::vector<std::pair<double, std::string>> found;
  const config::Schema schema = config::describe(config);
  for (const config::Field& field : schema.fields) {
    const auto* target = std::get_if<int64_t*>(&field.target);
    if (target == nullptr || **target < 2) continue;
    const int64_t value = std::exchange(**target, **target / 2);
    const double rest = total_need(config, of_task ? task_spec(config) : spec, processes);
    **target = value;
    if (whole - rest > kDecides * whole) found.emplace_back(rest, fmt::format("{} = {}", field.key, value));
  }
  std::ranges::stable_sort(found, {}, &std::pair<double, std::string>::first);
  std::vector<std::string> keys;
  for (const auto& [rest, key] : found) {
    if (keys.size() < kMost) keys.push_back(key);
  }
  return keys;
}

}  // namespace

MemoryNeed memory_need(const ExperimentConfig& config, const env::EnvironmentSpec& spec, int64_t processes) {
  const agent::AgentSize size = agent::agent_size(config.agent, config.world_model(), spec.sensors, spec.action_size);
  const bool on_host = config.device == "cpu";
  const TrainingConfig& training = config.training;
  const double steps = static_cast<double>(spec.step_limit) + 1, per_step = bytes_per_step(spec);
  const double batch = static_cast<double>(training.batch_size) / static_cast<double>(processes) *
                       static_cast<double>(training.sequence_length);
  MemoryNeed need;
  if (size.parameters > 0) {
    // Adam keeps parameters, gradients and two moments.
    need.weights = kFloat * (on_host ? 4 * size.parameters + size.averages : size.parameters);
    if (on_host && training.async_collection) need.weights *= 2;
    need.batches = 2 * batch * per_step + (on_host ? kFloat * batch * size.per_step : 0.0);
  }
  if (spec.step_limit == 0) return need;
  const double side_by_side = static_cast<double>(config.evaluation.episodes);
  need.replay =
      (static_cast<double>(training.prefill_episodes) + static_cast<double>(training.iterations)) * steps * per_step;
  const double occluders = std::visit(
      [](const auto& occlusion) {
        if constexpr (requires { occlusion.number; }) return static_cast<double>(occlusion.number);
        return 0.0;
      },
      config.environment.occlusion);
  need.acting = side_by_side * sizeof(env::Occluder) * occluders;
  need.acting += side_by_side * (steps * per_step + (on_host ? kFloat * size.per_decision : 0.0));
  return need;
}

double bytes_of_steps(const env::EnvironmentSpec& spec, int64_t steps) {
  return static_cast<double>(steps) * bytes_per_step(spec);
}

env::EnvironmentSpec task_spec(const ExperimentConfig& config) {
  const env::TaskSpec task = env::find_task(config.environment.task);
  const int64_t repeat = config.environment.resolved_action_repeat();
  return {.name = task.name,
          .sensors = env::choose_sensors(task, config.environment.sensors, config.environment.image_size),
          .action_size = task.action_size,
          .action_repeat = repeat,
          .step_limit = task.step_limit / repeat};
}

void check_memory(const ExperimentConfig& config, const env::EnvironmentSpec& spec, int64_t available,
                  int64_t processes) {
  const MemoryNeed need = memory_need(config, spec, processes);
  if (need.total() <= static_cast<double>(available)) return;
  throw ConfigError(fmt::format(
      "this run needs at least {} of memory (weights and optimiser {}, batches {}, replay {}, acting {}), but {} are "
      "there; what decides it: {}",
      bytes_text(need.total()), bytes_text(need.weights), bytes_text(need.batches), bytes_text(need.replay),
      bytes_text(need.acting), bytes_text(static_cast<double>(available)),
      fmt::join(deciding_keys(config, spec, processes), ", ")));
}

void check_memory(const ExperimentConfig& config, const env::EnvironmentSpec& spec) {
  check_memory(config, spec, available_memory(), parallel::process_environment().world_size);
}

void check_memory(const ExperimentConfig& config) {
  if (!env::is_own_world(config.environment.task)) check_memory(config, task_spec(config));
}

void check_memory(const ExperimentConfig& config, const FitData& data) {
  check_memory(
      config, {.name = "log", .sensors = data.layout.sensors, .action_size = data.layout.action_size, .step_limit = 0});
}

}  // namespace vrkn::run
