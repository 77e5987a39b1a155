#include "vrkn/data/episode.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::data {

double Episode::episode_return() const {
  return rewards.sum(at::kDouble).item<double>();
}

Batch sequences_of(const Episode& episode, int64_t count, int64_t length) {
  const auto cut = [&](const at::Tensor& steps) {
    return steps.narrow(0, 0, count * length).unflatten(0, {count, length});
  };
  Batch batch{{}, cut(episode.actions), cut(episode.rewards).unsqueeze(-1)};
  for (const Readings& readings : episode.observations) batch.observations.push_back(map(cut, readings));
  return batch;
}

EpisodeBuilder::EpisodeBuilder(std::vector<env::SensorSpec> sensors, int64_t action_size)
    : sensors_(std::move(sensors)), action_size_(action_size) {}

void EpisodeBuilder::add(const env::TimeStep& step, std::span<const double> action) {
  if (action.size() != static_cast<size_t>(action_size_)) {
    throw ShapeError("The action has " + std::to_string(action.size()) + " components, expected " +
                     std::to_string(action_size_) + ".");
  }
  observations_.push_back(step.observation);
  for (const double component : action) actions_.push_back(static_cast<float>(component));
  rewards_.push_back(static_cast<float>(step.reward));
  discounts_.push_back(static_cast<float>(step.discount));
}

Episode EpisodeBuilder::build() const {
  const auto length = static_cast<int64_t>(rewards_.size());
  return {stack(observations_, sensors_), at::tensor(actions_).view({length, action_size_}), at::tensor(rewards_),
          at::tensor(discounts_)};
}

}  // namespace vrkn::data
