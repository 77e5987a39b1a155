#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vrkn/core/random.h>
#include <vrkn/env/environment.h>
#include <vrkn/env/task_spec.h>

/// A diver who sinks by itself and should stay 10 m above the ground. Its sonar is noisy, and one echo in three does
/// not come back; a log tells its speed through the water.
class Diver final : public vrkn::env::Environment {
 public:
  const vrkn::env::EnvironmentSpec& spec() const override { return spec_; }

  vrkn::env::TimeStep reset(uint64_t seed) override {
    // One stream per purpose, each a function of the seed: the same episode can be played again.
    height_m_ = vrkn::ScalarGenerator(vrkn::derive_seed(seed, "initial_state")).uniform(4.0, 16.0);
    sonar_ = vrkn::ScalarGenerator(vrkn::derive_seed(seed, "sonar"));
    speed_m_s_ = 0.0;
    steps_ = 0;
    return {.observation = look()};
  }

  vrkn::env::TimeStep step(std::span<const double> action) override {
    constexpr double kDt = 0.2, kSinking = 0.5, kDrag = 0.5;
    speed_m_s_ += kDt * (2.0 * std::clamp(action[0], -1.0, 1.0) - kSinking - kDrag * speed_m_s_);
    height_m_ = std::clamp(height_m_ + kDt * speed_m_s_, 0.0, 20.0);
    const double reward = 1.0 - std::abs(height_m_ - 10.0) / 10.0;
    return {.observation = look(), .reward = reward, .is_last = ++steps_ == spec_.step_limit};
  }

 private:
  vrkn::env::Observation look() {
    vrkn::env::Observation observation{std::vector<vrkn::env::Reading>(2)};
    observation.sensors[0].vector = {height_m_ + 0.3 * sonar_.normal()};
    if (sonar_.uniform() < 1.0 / 3.0) vrkn::env::mark_missing(observation.sensors[0]);
    observation.sensors[1].vector = {speed_m_s_};
    return observation;
  }

  vrkn::env::EnvironmentSpec spec_{
      .name = "diver",
      .sensors = {vrkn::env::vector_sensor("sonar", 1), vrkn::env::vector_sensor("log", 1)},
      .action_size = 1,
      .step_limit = 50};
  vrkn::ScalarGenerator sonar_{0};
  double height_m_ = 0.0, speed_m_s_ = 0.0;
  int64_t steps_ = 0;
};
