#include "vrkn/evaluation/true_futures.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::evaluation {

using at::Tensor;

namespace {

void check(const std::string& what, int64_t value, int64_t least) {
  if (value >= least) return;
  throw ConfigError(what + " is " + std::to_string(value) + ", but must be at least " + std::to_string(least));
}

std::vector<std::vector<double>> rows_of(const Tensor& actions) {
  const Tensor host = actions.to(at::kCPU, at::kDouble).contiguous();
  std::vector<std::vector<double>> rows;
  for (int64_t t = 0; t < host.size(0); ++t) {
    const double* row = host.data_ptr<double>() + t * host.size(1);
    rows.emplace_back(row, row + host.size(1));
  }
  return rows;
}

/// P steps from `first` to `last`, evenly spread; fewer when there are not so many.
std::vector<int64_t> spread(int64_t first, int64_t last, int64_t count) {
  std::vector<int64_t> steps;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t step = count == 1 ? (first + last) / 2 : first + (last - first) * i / (count - 1);
    if (steps.empty() || steps.back() != step) steps.push_back(step);
  }
  return steps;
}

/// The variance of a sensor's noise, raw units; of pictures as if nothing were clipped.
double noise_var(const env::EnvironmentConfig& config, const env::SensorSpec& sensor) {
  const auto conditions = config.conditions();
  const auto own = std::ranges::find(conditions, sensor.name, [](const auto& entry) { return entry.first; });
  if (own == conditions.end()) return 0.0;
  const double std = own->second->noise * (sensor.kind == env::SensorKind::kImage ? 255.0 : 1.0);
  return std * std;
}

FutureMoments moments(const Tensor& values) {
  const auto [var, mean] = at::var_mean(values.to(at::kDouble), at::IntArrayRef{0}, /*correction=*/1);
  return {mean, var};
}

/// What K futures of one state bring, step by step.
class Futures {
 public:
  Futures(std::span<const env::SensorSpec> sensors, size_t steps) : sensors_(sensors), at_step_(steps) {}

  void add(std::vector<env::TimeStep> future) {
    for (size_t i = 0; i < at_step_.size(); ++i) {
      at_step_[i].observations.push_back(std::move(future[i].observation));
      at_step_[i].rewards.push_back(future[i].reward);
    }
  }

  /// Of a sensor, or without one of the reward: [H', ...].
  FutureMoments moments_of(std::optional<size_t> sensor) const {
    std::vector<Tensor> means, vars;
    for (const Step& step : at_step_) {
      const auto [mean, var] = moments(sensor ? data::stack(step.observations, sensors_)[*sensor].values
                                              : at::tensor(step.rewards, at::kDouble));
      means.push_back(mean);
      vars.push_back(var);
    }
    return {at::stack(means), at::stack(vars)};
  }

 private:
  struct Step {
    std::vector<env::Observation> observations;
    std::vector<double> rewards;
  };
  std::span<const env::SensorSpec> sensors_;
  std::vector<Step> at_step_;
};

FutureMoments joined(const std::vector<FutureMoments>& states) {
  std::vector<Tensor> means, vars;
  for (const FutureMoments& state : states) {
    means.push_back(state.mean);
    vars.push_back(state.var);
  }
  return {at::stack(means), at::stack(vars)};
}

}  // namespace

void BranchOptions::validate() const {
  check("the number of states", states, 1);
  check("the number of futures", futures, 2);
  if (steps_ahead.empty()) throw ConfigError("no step ahead was chosen");
  int64_t before = 0;
  for (const int64_t step : steps_ahead) {
    if (step <= before) {
      throw ConfigError("the steps ahead must rise from 1 on, but " + std::to_string(step) + " comes after " +
                        std::to_string(before));
    }
    before = step;
  }
}

std::optional<TrueFutures> true_futures(env::BranchingWorld& world, const data::Episode& episode, uint64_t seed,
                                        const BranchOptions& options, const std::function<bool()>& stop_requested) {
  options.validate();
  const int64_t horizon = options.steps_ahead.back(), last = episode.length() - 1 - horizon;
  if (last < kSettlingSteps) {
    throw ConfigError("an episode of " + std::to_string(episode.length()) + " steps is too short for " +
                      std::to_string(kSettlingSteps) + " steps to settle and " + std::to_string(horizon) +
                      " steps ahead");
  }
  const std::vector<std::vector<double>> actions = rows_of(episode.actions);
  const auto rewards = episode.rewards.accessor<float, 1>();
  const std::vector<env::SensorSpec>& sensors = world.spec().sensors;

  TrueFutures result{
      .from = spread(kSettlingSteps, last, options.states), .sensors = {}, .reward = {}, .reading_noise = {}};
  for (const env::SensorSpec& sensor : sensors) result.reading_noise.push_back(noise_var(world.config(), sensor));
  std::vector<std::vector<FutureMoments>> of_sensors(sensors.size());
  std::vector<FutureMoments> of_reward;
  world.reset(seed);
  for (int64_t t = 1; t <= result.from.back(); ++t) {
    const env::TimeStep step = world.step(actions[static_cast<size_t>(t)]);
    if (static_cast<float>(step.reward) != rewards[t]) {
      throw SimulationError("At step " + std::to_string(t) + " the world gave a reward of " +
                            std::to_string(step.reward) + ", the episode has " + std::to_string(rewards[t]) +
                            ": it was not played in this world.");
    }
    if (!std::ranges::binary_search(result.from, t)) continue;
    if (stop_requested && stop_requested()) return std::nullopt;
    ScalarGenerator noise(derive_seed(seed, "future", static_cast<uint64_t>(t)));
    Futures futures(sensors, options.steps_ahead.size());
    const auto ahead = std::span(actions).subspan(static_cast<size_t>(t + 1), static_cast<size_t>(horizon));
    for (int64_t k = 0; k < options.futures; ++k) futures.add(world.future(ahead, options.steps_ahead, noise));
    for (size_t s = 0; s < sensors.size(); ++s) of_sensors[s].push_back(futures.moments_of(s));
    of_reward.push_back(futures.moments_of(std::nullopt));
  }
  for (const std::vector<FutureMoments>& states : of_sensors) result.sensors.push_back(joined(states));
  result.reward = joined(of_reward);
  return result;
}

}  // namespace vrkn::evaluation
