#include "vrkn/env/synthetic/double_integrator.h"

#include <algorithm>
#include <cmath>

#include "vrkn/core/random.h"
#include "vrkn/env/pixels.h"
#include "vrkn/env/sensor_choice.h"

namespace vrkn::env {
namespace {

constexpr int64_t kEpisodeSteps = 100;

// The share of pixel `pixel`, which reaches from pixel to pixel + 1, that lies within [low, high].
double covered(int pixel, double low, double high) {
  return std::clamp(std::min(high, pixel + 1.0) - std::max(low, static_cast<double>(pixel)), 0.0, 1.0);
}

// A square of an eighth of the picture's height. Its edges are smooth, so that motion by less than a pixel shows.
Image draw(double position, int height, int width) {
  constexpr double kGround = 30.0;
  constexpr double kSquare = 230.0;
  const double half = height / 16.0;
  const double column = width * (0.5 + 0.4 * position);
  const double row = height / 2.0;
  Image image{height, width, {}};
  image.pixels.reserve(3 * static_cast<size_t>(height) * static_cast<size_t>(width));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double share = covered(y, row - half, row + half) * covered(x, column - half, column + half);
      const auto grey = static_cast<uint8_t>(std::lround(kGround + share * (kSquare - kGround)));
      image.pixels.insert(image.pixels.end(), 3, grey);
    }
  }
  return image;
}

}  // namespace

DoubleIntegrator::DoubleIntegrator(const std::vector<std::string>& sensors, int64_t image_size)
    : spec_{.name = "double_integrator",
            .sensors = choose_sensors(double_integrator_spec(), sensors, image_size),
            .action_size = 1,
            .step_limit = kEpisodeSteps} {}

void DoubleIntegrator::begin(uint64_t seed) {
  ScalarGenerator random(derive_seed(seed, "initial_state"));
  position_ = random.uniform(-0.8, 0.8);
  velocity_ = 0.0;
  steps_ = 0;
}

StepResult DoubleIntegrator::advance(std::span<const double> action) {
  check_action(action);
  const double acceleration = std::clamp(action[0], -1.0, 1.0);
  position_ += velocity_ * kTimestep_s + 0.5 * acceleration * kTimestep_s * kTimestep_s;
  velocity_ += acceleration * kTimestep_s;
  if (std::abs(position_) >= 1.0) {
    position_ = std::clamp(position_, -1.0, 1.0);
    velocity_ = 0.0;
  }
  ++steps_;
  return {.reward = 1.0 - position_ * position_ / 2.0 - velocity_ * velocity_ / 20.0,
          .is_last = steps_ >= spec_.step_limit};
}

Observation DoubleIntegrator::observe() {
  Observation observation;
  for (const SensorSpec& sensor : spec_.sensors) {
    Reading& reading = observation.sensors.emplace_back();
    if (sensor.kind == SensorKind::kImage) {
      reading.image = planar(draw(position_, static_cast<int>(sensor.shape[1]), static_cast<int>(sensor.shape[2])));
    } else if (sensor.name == "state") {
      reading.vector = {position_, velocity_};
    } else {
      reading.vector = {position_};
    }
  }
  return observation;
}

std::optional<Image> DoubleIntegrator::render(int height, int width) {
  return draw(position_, height, width);
}

TaskSpec double_integrator_spec() {
  return {.name = "double_integrator",
          .domain = "synthetic",
          .goal = "bring a point on a line to rest in the middle",
          .step_limit = kEpisodeSteps,
          .action_size = 1,
          .sensors = {image_sensor(), vector_sensor("proprioception", 1), vector_sensor("state", 2),
                      vector_sensor("position", 1)}};
}

}  // namespace vrkn::env
