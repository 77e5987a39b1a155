#pragma once

#include <string>
#include <vector>

#include "vrkn/env/simulation.h"
#include "vrkn/env/task_spec.h"

namespace vrkn::env {

struct CounterOptions {
  int64_t length = 100;  ///< steps of an episode
  int64_t action_size = 2;
  int64_t image_size = 16;  ///< pixels, height and width
  std::vector<std::string> sensors = {"state", "image"};
};

/// A world that counts: 0 at the reset, 1 after the first step, and so on, whatever is done. The reward of a step is
/// the count after it. What passes through run_episodes, replay and batches can so be recognised to the step.
///
/// Sensors: "state" [1], the count; "image", whose red plane holds the count modulo 256, the green plane the count
/// divided by 256, and the blue plane at pixel i (row by row) the value i + count modulo 256.
class CounterEnvironment final : public Simulation {
 public:
  /// Throws ConfigError when a size is below 1 or a sensor unknown.
  explicit CounterEnvironment(const CounterOptions& options);

  const EnvironmentSpec& spec() const override { return spec_; }
  void begin(uint64_t seed) override;
  StepResult advance(std::span<const double> action) override;
  Observation observe() override;
  std::optional<Image> render(int height, int width) override;

 private:
  EnvironmentSpec spec_;
  int64_t count_ = 0;
};

/// What is known of the task "counter".
TaskSpec counter_spec();

}  // namespace vrkn::env
