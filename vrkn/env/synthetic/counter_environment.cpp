#include "vrkn/env/synthetic/counter_environment.h"

#include "vrkn/core/error.h"
#include "vrkn/env/pixels.h"
#include "vrkn/env/sensor_choice.h"

namespace vrkn::env {
namespace {

Image draw(int64_t count, int height, int width) {
  const int64_t area = int64_t{height} * width;
  Image image{height, width, {}};
  image.pixels.reserve(static_cast<size_t>(3 * area));
  for (int64_t pixel = 0; pixel < area; ++pixel) {
    for (const int64_t value : {count, count / 256, pixel + count}) {
      image.pixels.push_back(static_cast<uint8_t>(value % 256));
    }
  }
  return image;
}

}  // namespace

CounterEnvironment::CounterEnvironment(const CounterOptions& options)
    : spec_{.name = "counter",
            .sensors = choose_sensors(counter_spec(), options.sensors, options.image_size),
            .action_size = options.action_size,
            .step_limit = options.length} {
  if (options.length < 1 || options.action_size < 1) {
    throw ConfigError("a counter's length is " + std::to_string(options.length) + " and its action size " +
                      std::to_string(options.action_size) + ", but both must be at least 1");
  }
}

void CounterEnvironment::begin(uint64_t /*seed*/) {
  count_ = 0;
}

StepResult CounterEnvironment::advance(std::span<const double> action) {
  check_action(action);
  ++count_;
  return {.reward = static_cast<double>(count_), .is_last = count_ >= spec_.step_limit};
}

Observation CounterEnvironment::observe() {
  Observation observation;
  for (const SensorSpec& sensor : spec_.sensors) {
    Reading& reading = observation.sensors.emplace_back();
    if (sensor.kind == SensorKind::kImage) {
      reading.image = planar(draw(count_, static_cast<int>(sensor.shape[1]), static_cast<int>(sensor.shape[2])));
    } else {
      reading.vector = {static_cast<double>(count_)};
    }
  }
  return observation;
}

std::optional<Image> CounterEnvironment::render(int height, int width) {
  return draw(count_, height, width);
}

TaskSpec counter_spec() {
  const CounterOptions defaults;
  return {.name = "counter",
          .domain = "synthetic",
          .goal = "count steps: a world for testing that nothing gets lost",
          .step_limit = defaults.length,
          .action_size = defaults.action_size,
          .sensors = {image_sensor(), vector_sensor("state", 1)}};
}

}  // namespace vrkn::env
