#include "vrkn/data/episode.h"

#include <cmath>
#include <sstream>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/data/limits.h"

namespace vrkn::data {
namespace {

[[noreturn]] void refuse(const std::string& what, double value, size_t step, double largest) {
  std::ostringstream message;
  message << "The world's " << what << " is " << value << " at step " << step
          << " of an episode; allowed are numbers of up to " << largest << " in magnitude.";
  throw DataError(message.str());
}

void check_step(const env::TimeStep& step, size_t number, std::span<const env::SensorSpec> sensors) {
  if (!is_within(step.reward, kLargestReward)) refuse("reward", step.reward, number, kLargestReward);
  if (!is_within(step.discount, 1.0)) refuse("discount", step.discount, number, 1.0);
  for (size_t s = 0; s < sensors.size(); ++s) {
    for (const double value : step.observation.sensors.at(s).vector) {
      if (!is_within(value, kLargestReading)) {
        refuse("reading of '" + sensors[s].name + "'", value, number, kLargestReading);
      }
    }
  }
}

}  // namespace

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
  check_step(step, rewards_.size(), sensors_);
  for (const double component : action) {
    if (!std::isfinite(component)) {
      throw NumericalError("the action that led to step " + std::to_string(rewards_.size()) + " of an episode is " +
                           std::to_string(component));
    }
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
