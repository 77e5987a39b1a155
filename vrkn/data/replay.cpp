#include "vrkn/data/replay.h"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/data/episode_file.h"

namespace vrkn::data {
namespace {

std::filesystem::path episode_path(const std::filesystem::path& folder, size_t number) {
  return folder / (episode_name(static_cast<int64_t>(number)) + ".npz");
}

/// A tensor [B, T, ...] shaped after `steps` [L, ...].
at::Tensor batch_like(const at::Tensor& steps, int64_t batch, int64_t length) {
  std::vector<int64_t> sizes{batch, length};
  sizes.insert(sizes.end(), steps.sizes().begin() + 1, steps.sizes().end());
  return at::empty(sizes, steps.options());
}

}  // namespace

Replay::Replay(std::vector<env::SensorSpec> sensors, int64_t action_size, std::filesystem::path folder)
    : sensors_(std::move(sensors)), action_size_(action_size), folder_(std::move(folder)) {}

void Replay::add(Episode episode) {
  if (!folder_.empty()) write_episode(episode_path(folder_, episodes_.size()), episode, sensors_);
  episodes_.push_back(std::move(episode));
}

void Replay::load(int64_t count) {
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    episodes_.push_back(read_episode(episode_path(folder_, i), sensors_, action_size_));
  }
}

Batch Replay::sample(int64_t batch, int64_t length, ScalarGenerator& random, ProcessRank process) const {
  std::vector<const Episode*> long_enough;
  for (const Episode& episode : episodes_) {
    if (episode.length() >= length) long_enough.push_back(&episode);
  }
  if (long_enough.empty()) {
    throw DataError("The replay has " + std::to_string(episodes_.size()) + " episodes, none of at least " +
                    std::to_string(length) + " steps (training.sequence_length).");
  }

  const int64_t rows = batch / process.world_size, first = process.rank * rows;
  const Episode& shape = *long_enough.front();
  Batch result;
  for (const Readings& readings : shape.observations) {
    result.observations.push_back(
        map([&](const at::Tensor& steps) { return batch_like(steps, rows, length); }, readings));
  }
  result.actions = batch_like(shape.actions, rows, length);
  result.rewards = batch_like(shape.rewards, rows, length);

  for (int64_t b = 0; b < batch; ++b) {
    const Episode& episode = *long_enough[random.integer(0, static_cast<int64_t>(long_enough.size()) - 1)];
    const int64_t begin = random.integer(0, episode.length() - length);
    if (b < first || b >= first + rows) continue;  // another's, but drawn all the same
    const auto copy = [&](const at::Tensor& to, const at::Tensor& from) {
      return to.select(0, b - first).copy_(from.narrow(0, begin, length));
    };
    for (size_t s = 0; s < result.observations.size(); ++s) {
      map(copy, result.observations[s], episode.observations[s]);
    }
    copy(result.actions, episode.actions);
    copy(result.rewards, episode.rewards);
  }
  result.rewards = result.rewards.unsqueeze(-1);
  return result;
}

}  // namespace vrkn::data
