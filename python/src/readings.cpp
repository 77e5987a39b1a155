#include "python/src/readings.h"

#include <algorithm>
#include <nanobind/stl/string.h>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/core/error.h"

namespace vrkn::python {
namespace {

std::vector<int64_t> shape_in_python(const env::SensorSpec& sensor) {
  if (sensor.kind == env::SensorKind::kVector) return sensor.shape;
  return {sensor.shape[1], sensor.shape[2], sensor.shape[0]};
}

/// The array of one reading or, with `batch`, of several: [B, ...], float or uint8.
at::Tensor checked(nb::handle value, const env::SensorSpec& sensor, std::vector<int64_t> expected) {
  AnyArray array;
  if (!nb::try_cast(value, array)) {
    throw ShapeError(fmt::format("the reading of {} is no array of numbers", sensor.name));
  }
  const at::Tensor found = to_tensor(array);
  if (!found.sizes().equals(expected)) {
    throw ShapeError(
        fmt::format("the reading of {} has the sizes {}, but must have {}", sensor.name, found.sizes(), expected));
  }
  if (sensor.kind == env::SensorKind::kVector) return found.to(c10::kFloat);
  if (found.scalar_type() != c10::kByte) throw ShapeError(fmt::format("the image of {} is not of uint8", sensor.name));
  return found.movedim(-1, -3).contiguous();
}

/// [B, ...] of one sensor.
data::Readings to_readings(nb::handle value, const env::SensorSpec& sensor, int64_t batch) {
  const bool is_image = sensor.kind == env::SensorKind::kImage;
  std::vector<int64_t> sizes = sensor.shape;
  sizes.insert(sizes.begin(), batch);
  data::Readings readings{.values = at::zeros(sizes, is_image ? c10::kByte : c10::kFloat),
                          .valid = at::zeros({batch}, c10::kBool)};
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value)) {
    const auto items = nb::cast<nb::sequence>(value);
    if (static_cast<int64_t>(nb::len(items)) != batch) {
      throw ShapeError(
          fmt::format("{} has {} readings, but there are {} episodes", sensor.name, nb::len(items), batch));
    }
    for (int64_t row = 0; row < batch; ++row) {
      const nb::object item = items[static_cast<size_t>(row)];
      if (item.is_none()) continue;
      readings.values[row].copy_(checked(item, sensor, shape_in_python(sensor)));
      readings.valid[row] = true;
    }
  } else if (!value.is_none()) {
    std::vector<int64_t> expected = shape_in_python(sensor);
    expected.insert(expected.begin(), batch);
    readings.values.copy_(checked(value, sensor, expected));
    readings.valid.fill_(true);
  }
  if (sensor.masked) {
    readings.visible =
        readings.valid.view({batch, 1, 1}).expand({batch, sensor.shape[1], sensor.shape[2]}).contiguous();
  }
  return readings;
}

}  // namespace

nb::typed<nb::tuple, int64_t, nb::ellipsis> python_shape(const env::SensorSpec& sensor) {
  nb::list sizes;
  for (const int64_t size : shape_in_python(sensor)) sizes.append(size);
  return nb::tuple(sizes);
}

env::Reading to_reading(nb::handle value, const env::SensorSpec& sensor) {
  env::Reading reading;
  if (value.is_none()) {
    if (sensor.kind == env::SensorKind::kImage) reading.image.resize(static_cast<size_t>(sensor.size()));
    if (sensor.kind == env::SensorKind::kVector) reading.vector.resize(static_cast<size_t>(sensor.size()));
    if (sensor.masked) reading.visible.resize(static_cast<size_t>(sensor.mask_size()));
    env::mark_missing(reading);
    return reading;
  }
  AnyArray array;
  const bool is_double = nb::try_cast(value, array) && array.dtype() == nb::dtype<double>();
  const at::Tensor values = checked(value, sensor, shape_in_python(sensor));
  if (sensor.kind == env::SensorKind::kImage) {
    const auto* data = values.data_ptr<uint8_t>();
    reading.image.assign(data, data + values.numel());
    reading.visible.assign(static_cast<size_t>(sensor.mask_size()), 1);
  } else if (is_double) {  // not rounded to float before it must be
    const auto* data = static_cast<const double*>(array.data());
    reading.vector.assign(data, data + array.size());
  } else {
    const auto* data = values.data_ptr<float>();
    reading.vector.assign(data, data + values.numel());
  }
  return reading;
}

nb::object to_python(const env::Reading& reading, const env::SensorSpec& sensor) {
  if (!reading.valid) return nb::none();
  if (sensor.kind == env::SensorKind::kVector) {
    return nb::cast(to_numpy(at::tensor(reading.vector, c10::kDouble)));
  }
  const at::Tensor image = at::tensor(at::ArrayRef<uint8_t>(reading.image), c10::kByte).view(sensor.shape);
  return nb::cast(to_numpy(image.permute({1, 2, 0})));
}

NumpyArray visible_to_numpy(const env::Reading& reading, const env::SensorSpec& sensor) {
  return to_numpy(
      at::tensor(at::ArrayRef<uint8_t>(reading.visible), c10::kByte).view(sensor.mask_shape()).to(c10::kBool));
}

data::Observations to_observations(const Readings& readings, std::span<const env::SensorSpec> sensors, int64_t batch) {
  for (const auto& [key, value] : readings) {
    const auto name = nb::cast<std::string>(key);
    if (std::ranges::find(sensors, name, &env::SensorSpec::name) != sensors.end()) continue;
    std::vector<std::string> names;
    for (const env::SensorSpec& sensor : sensors) names.push_back(sensor.name);
    throw ShapeError(fmt::format("'{}' is no sensor; the sensors are {}", name, fmt::join(names, ", ")));
  }
  data::Observations observations;
  for (const env::SensorSpec& sensor : sensors) {
    const nb::object value =
        readings.contains(sensor.name.c_str()) ? nb::object(readings[sensor.name.c_str()]) : nb::none();
    observations.push_back(to_readings(value, sensor, batch));
  }
  return observations;
}

NumpyArray values_to_numpy(const at::Tensor& values, const env::SensorSpec& sensor) {
  return to_numpy(sensor.kind == env::SensorKind::kImage ? values.movedim(-3, -1) : values);
}

}  // namespace vrkn::python
