#pragma once

#include <string>
#include <vector>

#include "vrkn/env/simulation.h"
#include "vrkn/env/task_spec.h"

namespace vrkn::env {

/// A point on a line from -1 to 1, pushed by the action: the smallest control task, quick and without a renderer.
///
///   p' = p + v dt + a dt^2 / 2,   v' = v + a dt,   dt = 0.1 s;   a wall at each end stops the point
///   reward = 1 - p'^2 / 2 - v'^2 / 20, of the state after the step
///
/// An episode begins at rest at p ~ U(-0.8, 0.8) and has 100 steps.
/// Sensors: "state" [2], p and v; "proprioception" [1] and "position" [1], p; "image", a bright square at p on a dark
/// ground.
class DoubleIntegrator final : public Simulation {
 public:
  /// dt, seconds of a control step.
  static constexpr double kTimestep_s = 0.1;

  /// Throws ConfigError when a sensor is unknown or `image_size` below 1.
  explicit DoubleIntegrator(const std::vector<std::string>& sensors = {"state"}, int64_t image_size = 64);

  const EnvironmentSpec& spec() const override { return spec_; }
  void begin(uint64_t seed) override;
  StepResult advance(std::span<const double> action) override;
  Observation observe() override;
  std::optional<Image> render(int height, int width) override;

 private:
  EnvironmentSpec spec_;
  double position_ = 0.0;
  double velocity_ = 0.0;
  int64_t steps_ = 0;
};

/// What is known of the task "double_integrator".
TaskSpec double_integrator_spec();

}  // namespace vrkn::env
