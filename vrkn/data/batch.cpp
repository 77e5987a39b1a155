#include "vrkn/data/batch.h"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::data {
namespace {

/// An empty tensor [leading, shape ...].
at::Tensor rows(int64_t leading, std::vector<int64_t> shape, at::ScalarType type) {
  shape.insert(shape.begin(), leading);
  return at::empty(shape, type);
}

void check_reading(const env::Reading& reading, const env::SensorSpec& sensor) {
  const size_t found = sensor.kind == env::SensorKind::kImage ? reading.image.size() : reading.vector.size();
  if (found != static_cast<size_t>(sensor.size())) {
    throw ShapeError("Sensor '" + sensor.name + "' gave " + std::to_string(found) + " values, its specification says " +
                     std::to_string(sensor.size()) + ".");
  }
  if (reading.visible.size() != static_cast<size_t>(sensor.mask_size())) {
    throw ShapeError("Sensor '" + sensor.name + "' gave a mask of " + std::to_string(reading.visible.size()) +
                     " pixels, its specification says " + std::to_string(sensor.mask_size()) + ".");
  }
}

/// To a CUDA device by way of pinned memory: the host does not wait for the copy.
at::Tensor moved(const at::Tensor& tensor, c10::Device device) {
  if (!device.is_cuda() || !tensor.is_cpu()) return tensor.to(device);
  return tensor.pin_memory().to(device, tensor.scalar_type(), /*non_blocking=*/true);
}

}  // namespace

Observations stack(std::span<const env::Observation> observations, std::span<const env::SensorSpec> sensors) {
  const auto count = static_cast<int64_t>(observations.size());
  Observations result;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const env::SensorSpec& sensor = sensors[s];
    const bool image = sensor.kind == env::SensorKind::kImage;
    Readings readings{rows(count, sensor.shape, image ? at::kByte : at::kFloat), rows(count, {}, at::kBool)};
    if (sensor.masked) readings.visible = rows(count, sensor.mask_shape(), at::kBool);
    for (int64_t b = 0; b < count; ++b) {
      const env::Reading& reading = observations[b].sensors.at(s);
      check_reading(reading, sensor);
      readings.valid.data_ptr<bool>()[b] = reading.valid;
      if (image) {
        std::copy(reading.image.begin(), reading.image.end(), readings.values.data_ptr<uint8_t>() + b * sensor.size());
      } else {
        std::transform(reading.vector.begin(), reading.vector.end(),
                       readings.values.data_ptr<float>() + b * sensor.size(),
                       [](double value) { return static_cast<float>(value); });
      }
      if (sensor.masked) {
        std::transform(reading.visible.begin(), reading.visible.end(),
                       readings.visible.data_ptr<bool>() + b * sensor.mask_size(),
                       [](uint8_t visible) { return visible != 0; });
      }
    }
    result.push_back(std::move(readings));
  }
  return result;
}

Observations to(const Observations& observations, c10::Device device) {
  Observations result;
  for (const Readings& readings : observations) {
    result.push_back(map([&](const at::Tensor& tensor) { return moved(tensor, device); }, readings));
  }
  return result;
}

Batch Batch::to(c10::Device device) const {
  return {vrkn::data::to(observations, device), moved(actions, device), moved(rewards, device)};
}

}  // namespace vrkn::data
