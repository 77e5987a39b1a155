#include "vrkn/data/batch.h"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

std::vector<int64_t> with_leading(int64_t leading, const SensorSpec& sensor) {
  std::vector<int64_t> sizes{leading};
  sizes.insert(sizes.end(), sensor.shape.begin(), sensor.shape.end());
  return sizes;
}

void check_reading(const Reading& reading, const SensorSpec& sensor) {
  const size_t found = sensor.kind == SensorKind::kImage ? reading.image.size() : reading.vector.size();
  if (found == static_cast<size_t>(sensor.size())) return;
  throw ShapeError("Sensor '" + sensor.name + "' gave " + std::to_string(found) + " values, its specification says " +
                   std::to_string(sensor.size()) + ".");
}

}  // namespace

Observations stack(std::span<const Observation> observations, std::span<const SensorSpec> sensors) {
  const auto count = static_cast<int64_t>(observations.size());
  Observations result;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const SensorSpec& sensor = sensors[s];
    const bool image = sensor.kind == SensorKind::kImage;
    Readings readings{at::empty(with_leading(count, sensor), image ? at::kByte : at::kFloat),
                      at::empty({count}, at::kBool)};
    for (int64_t b = 0; b < count; ++b) {
      const Reading& reading = observations[b].sensors.at(s);
      check_reading(reading, sensor);
      readings.valid.data_ptr<bool>()[b] = reading.valid;
      if (image) {
        std::copy(reading.image.begin(), reading.image.end(), readings.values.data_ptr<uint8_t>() + b * sensor.size());
      } else {
        std::transform(reading.vector.begin(), reading.vector.end(),
                       readings.values.data_ptr<float>() + b * sensor.size(),
                       [](double value) { return static_cast<float>(value); });
      }
    }
    result.push_back(std::move(readings));
  }
  return result;
}

Observations to(const Observations& observations, c10::Device device) {
  Observations moved;
  for (const Readings& readings : observations)
    moved.push_back({readings.values.to(device), readings.valid.to(device)});
  return moved;
}

Batch Batch::to(c10::Device device) const {
  return {vrkn::to(observations, device), actions.to(device), rewards.to(device)};
}

}  // namespace vrkn
