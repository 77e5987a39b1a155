#include "vrkn/env/suite/suite_environment.h"

#include <algorithm>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/camera.h"
#include "vrkn/env/pixels.h"
#include "vrkn/env/sensor_choice.h"

namespace vrkn::env {
namespace {

std::vector<double> joined(const std::vector<Component>& components, bool positions_only) {
  std::vector<double> values;
  for (const Component& component : components) {
    if (positions_only && component.quantity != Quantity::kPosition) continue;
    values.insert(values.end(), component.values.begin(), component.values.end());
  }
  return values;
}

}  // namespace

SuiteView suite_view(const EnvironmentConfig& config) {
  return {.sensors = config.sensors,
          .image_size = config.image_size,
          .image_supersampling = config.image_supersampling,
          .renderer = config.renderer,
          .camera = config.camera,
          .quality = config.picture == "fast" ? PictureQuality::kFast : PictureQuality::kSuite};
}

double control_timestep_s(const SuiteTask& task) {
  return load_model(task.scene)->opt.timestep * static_cast<double>(task.sub_steps);
}

SuiteEnvironment::SuiteEnvironment(const SuiteTask& task, SuiteView view)
    : view_(std::move(view)),
      physics_(load_model(task.scene)),
      task_(task.make(physics_.model())),
      spec_{.name = task.spec.name,
            .sensors = choose_sensors(task.spec, view_.sensors, view_.image_size),
            .action_size = task.spec.action_size,
            .step_limit = task.spec.step_limit},
      sub_steps_(task.sub_steps),
      camera_(find_camera(physics_.model(), view_.camera)) {}

void SuiteEnvironment::begin(uint64_t seed) {
  ScalarGenerator random(derive_seed(seed, "initial_state"));
  physics_.reset();
  physics_.forward();
  task_->initialise(physics_, random);
  physics_.forward();
  steps_ = 0;
}

void SuiteEnvironment::begin_at(const PhysicsState& state) {
  physics_.restore(state);
  steps_ = 0;
}

StepResult SuiteEnvironment::advance(std::span<const double> action) {
  check_action(action);
  physics_.set_control(action);
  physics_.step(sub_steps_);
  ++steps_;
  return {.reward = task_->reward(physics_), .is_last = steps_ >= spec_.step_limit};
}

Observation SuiteEnvironment::observe() {
  Observation observation;
  const std::vector<Component> components = task_->observe(physics_);
  for (const SensorSpec& sensor : spec_.sensors) {
    Reading& reading = observation.sensors.emplace_back();
    if (sensor.kind == SensorKind::kImage) {
      constexpr int kLargest = 480;  // of MuJoCo's off-screen buffers, as of the sensor itself
      const int size = static_cast<int>(sensor.shape[1]);
      const int factor = std::min(static_cast<int>(view_.image_supersampling), kLargest / size);
      reading.image = planar(averaged_down(picture(factor * size, factor * size), factor));
    } else if (sensor.name == "proprioception") {
      reading.vector = task_->proprioception(physics_);
    } else if (sensor.name == "position" || sensor.name == "state") {
      reading.vector = joined(components, sensor.name == "position");
    } else {
      throw Error("the tasks of the control suite have no sensor '" + sensor.name + "'");
    }
  }
  return observation;
}

std::optional<Image> SuiteEnvironment::render(int height, int width) {
  return picture(height, width);
}

Image SuiteEnvironment::picture(int height, int width) {
  if (!renderer_) renderer_.emplace(physics_.model(), view_.renderer, view_.quality);
  return renderer_->render(physics_.model(), physics_.data(), camera_, height, width);
}

}  // namespace vrkn::env
