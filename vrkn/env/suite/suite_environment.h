#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/env/environment_config.h"
#include "vrkn/env/mujoco/physics.h"
#include "vrkn/env/mujoco/renderer.h"
#include "vrkn/env/simulation.h"
#include "vrkn/env/suite/task.h"

namespace vrkn::env {

/// How a suite task is looked at.
struct SuiteView {
  std::vector<std::string> sensors = {"image"};  ///< names of the task's sensors, each at most once; the order is kept
  int64_t image_size = 64;                       ///< pixels, height and width of the sensor "image"
  int64_t image_supersampling = 1;               ///< as in EnvironmentConfig
  std::string renderer = "auto";                 ///< as make_gl_context
  std::string camera = "0";                      ///< which one to look through: a name or number in the scene
  PictureQuality quality = PictureQuality::kSuite;
};

/// What `config` says of it.
SuiteView suite_view(const EnvironmentConfig& config);

/// Seconds that a control step of the task takes.
double control_timestep_s(const SuiteTask& task);

/// A control-suite task as an environment: one step is one control step of the suite, whose episodes have 1000.
///
/// Sensors: "image", what the camera sees; "state", all components of the task's observation, joined; "position", those
/// of them that are positions or orientations; "proprioception", the robot's own body. The renderer is made when the
/// first picture is wanted, so without the sensor "image" no graphics driver is needed.
class SuiteEnvironment final : public Simulation {
 public:
  /// Throws ConfigError when a sensor is unknown to the task, or the camera to its scene.
  SuiteEnvironment(const SuiteTask& task, SuiteView view);

  const EnvironmentSpec& spec() const override { return spec_; }
  void begin(uint64_t seed) override;
  StepResult advance(std::span<const double> action) override;
  Observation observe() override;
  std::optional<Image> render(int height, int width) override;

  /// Begins an episode at `state` instead of a drawn one: to replay recorded trajectories.
  void begin_at(const PhysicsState& state);

  Physics& physics() { return physics_; }
  const Task& task() const { return *task_; }

 private:
  Image picture(int height, int width);

  SuiteView view_;
  Physics physics_;
  std::unique_ptr<Task> task_;
  EnvironmentSpec spec_;
  int64_t sub_steps_;
  int camera_;
  int64_t steps_ = 0;
  std::optional<Renderer> renderer_;
};

}  // namespace vrkn::env
