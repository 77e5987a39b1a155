#include "vrkn/training/process_sharing.h"

#include <sstream>
#include <string>
#include <variant>

#include <ATen/core/ivalue.h>
#include <torch/serialize/archive.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"

namespace vrkn::training {
namespace {

/// Name and tensor of all that an episode of so many sensors is made of; `visit` may set a tensor.
template <class Visit>
void for_each_tensor(data::Episode& episode, Visit&& visit) {
  for (size_t s = 0; s < episode.observations.size(); ++s) {
    const std::string sensor = std::to_string(s);
    visit("values" + sensor, episode.observations[s].values);
    visit("valid" + sensor, episode.observations[s].valid);
    visit("visible" + sensor, episode.observations[s].visible);
  }
  visit("actions", episode.actions);
  visit("rewards", episode.rewards);
  visit("discounts", episode.discounts);
}

std::string to_bytes(data::Episode& episode) {
  torch::serialize::OutputArchive archive;
  archive.write("sensors", c10::IValue(static_cast<int64_t>(episode.observations.size())));
  for_each_tensor(episode, [&](const std::string& name, const at::Tensor& tensor) {
    if (tensor.defined()) archive.write(name, tensor, /*is_buffer=*/true);
  });
  std::ostringstream stream;
  archive.save_to(stream);
  return stream.str();
}

data::Episode from_bytes(const std::string& bytes) {
  torch::serialize::InputArchive archive;
  std::istringstream stream(bytes);
  archive.load_from(stream);
  c10::IValue sensors;
  archive.read("sensors", sensors);
  data::Episode episode;
  episode.observations.resize(static_cast<size_t>(sensors.toInt()));
  for_each_tensor(episode, [&](const std::string& name, at::Tensor& tensor) {
    archive.try_read(name, tensor, /*is_buffer=*/true);
  });
  return episode;
}

}  // namespace

run::ExperimentConfig share_config(const parallel::ProcessGroup& processes, const run::ExperimentConfig& config) {
  const std::string text =
      processes.broadcast(processes.is_rank_zero() ? config::to_toml(config, config::Comments::kNone) : "");
  if (processes.is_rank_zero()) return config;
  run::ExperimentConfig shared;
  config::apply_entries(config::parse_toml(text, "the first process's configuration"), shared);
  shared.validate();
  return shared;
}

std::optional<data::Episode> share_episode(const parallel::ProcessGroup& processes,
                                           std::optional<data::Episode> episode) {
  if (processes.is_alone()) return episode;
  const std::string bytes = processes.broadcast(processes.is_rank_zero() && episode ? to_bytes(*episode) : "");
  if (processes.is_rank_zero()) return episode;
  if (bytes.empty()) return std::nullopt;
  return from_bytes(bytes);
}

void check_shareable(const run::ExperimentConfig& config, const parallel::ProcessGroup& processes) {
  const int64_t batch = config.training.batch_size, count = processes.world_size();
  if (config.cuda.graph && count > 1) {
    throw ConfigError(
        "cuda.graph is true, but gradients that several processes share cannot be recorded; with WORLD_SIZE " +
        std::to_string(count) + " it must be false");
  }
  const auto* dreamer = std::get_if<agent::DreamerConfig>(&config.agent);
  if (dreamer && dreamer->bound_returns && count > 1) {
    throw ConfigError(
        "agent.bound_returns is true, but every process would know the range of its own rewards alone; with "
        "WORLD_SIZE " +
        std::to_string(count) + " it must be false");
  }
  if (batch % count == 0) return;
  throw ConfigError("training.batch_size is " + std::to_string(batch) + ", but must be a multiple of WORLD_SIZE, " +
                    std::to_string(count) + ", for every process to learn from as many sequences");
}

}  // namespace vrkn::training
