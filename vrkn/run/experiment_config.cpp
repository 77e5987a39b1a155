#include "vrkn/run/experiment_config.h"

#include <utility>

#include <ATen/Context.h>

#include "vrkn/config/toml.h"
#include "vrkn/core/error.h"
#include "vrkn/core/processor.h"
#include "vrkn/env/own_world.h"
#include "vrkn/env/task_list.h"
#include "vrkn/run/model_defaults.h"
#include "vrkn/run/presets.h"

namespace vrkn::run {

namespace {

void refuse(const std::string& key, const std::string& found, const std::string& reason, const std::string& allowed) {
  throw ConfigError(key + " is " + found + ", but " + reason + "; allowed here: " + allowed);
}

/// Whether the device is there and can do what is asked of it.
void check_device(const ExperimentConfig& config) {
  if (config.device == "cuda") {
    if (!at::hasCUDA()) refuse("device", "cuda", "this LibTorch has no CUDA device", "cpu");
    // While a graph is recorded, no other thread may ask the device for memory.
    if (config.cuda.graph && config.training.async_collection)
      refuse("cuda.graph", "true", "so is training.async_collection", "false");
    return;
  }
  if (config.cuda.tf32) refuse("cuda.tf32", "true", "device is cpu", "false");
  if (config.cuda.graph) refuse("cuda.graph", "true", "device is cpu", "false");
  if (config.networks.precision == "bfloat16") {
    if (!(processor_multiplies_bfloat16() && at::hasMKLDNN())) {
      refuse("networks.precision", "bfloat16", "this processor has no AVX512-BF16, or this LibTorch no oneDNN",
             "float32");
    }
    if (!config.onednn) refuse("networks.precision", "bfloat16", "onednn is false", "float32");
  }
}

}  // namespace

void ExperimentConfig::validate() const {
  check_device(*this);
  if (env::is_own_world(environment.task)) return;
  const env::TaskSpec task = env::find_task(environment.task);
  const int64_t repeat = environment.resolved_action_repeat();
  const int64_t steps = task.step_limit / repeat + 1;  // the reset is a step, too
  if (training.sequence_length > steps) {
    throw ConfigError("training.sequence_length is " + std::to_string(training.sequence_length) +
                      ", but an episode of " + task.name + " has only " + std::to_string(steps) + " steps at " +
                      std::to_string(repeat) + " control steps each");
  }
}

int64_t ExperimentConfig::environment_steps() const {
  const env::TaskSpec task = env::find_task(environment.task);
  const int64_t repeat = environment.resolved_action_repeat();
  return (training.prefill_episodes + training.iterations) * (task.step_limit / repeat) * repeat;
}

ExperimentConfig load_experiment(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  std::vector<config::Entry> entries;
  if (!file.empty()) entries = follow_bases(config::read_toml(file), embedded_presets()).entries;
  return experiment_from(std::move(entries), overrides);
}

}  // namespace vrkn::run
