#include "vrkn/data/episode_file.h"

#include <algorithm>
#include <cstring>
#include <sstream>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/limits.h"
#include "vrkn/data/npz.h"

namespace vrkn::data {
namespace {

std::string numpy_type(at::ScalarType type) {
  switch (type) {
    case at::kByte:
      return "|u1";
    case at::kBool:
      return "|b1";
    case at::kFloat:
      return "<f4";
    default:
      throw DataError("An episode file holds uint8, bool and float32 arrays only.");
  }
}

NamedArray to_array(std::string name, const at::Tensor& tensor) {
  const at::Tensor packed = tensor.contiguous();
  return {std::move(name),
          {numpy_type(packed.scalar_type()), packed.sizes().vec(),
           std::string(static_cast<const char*>(packed.data_ptr()), packed.nbytes())}};
}

/// The array `name` as a tensor of exactly this type and, but for the free length (-1), these sizes.
at::Tensor to_tensor(const Npz& file, const std::string& name, at::ScalarType type, std::vector<int64_t> sizes) {
  const NpzArray& array = file.at(name);
  if (sizes[0] == -1 && !array.shape.empty()) sizes[0] = array.shape[0];
  if (array.dtype != numpy_type(type) || array.shape != sizes) {
    std::ostringstream message;
    message << file.source << ": array '" << name << "' is " << array.dtype << ' ' << at::IntArrayRef(array.shape)
            << ", expected " << numpy_type(type) << ' ' << at::IntArrayRef(sizes) << '.';
    throw DataError(message.str());
  }
  at::Tensor tensor = at::empty(sizes, type);
  std::memcpy(tensor.data_ptr(), array.bytes.data(), array.bytes.size());
  return tensor;
}

/// The array `name` of float32 numbers, each finite and no larger than that.
at::Tensor to_floats(const Npz& file, const std::string& name, std::vector<int64_t> sizes, double largest) {
  at::Tensor tensor = to_tensor(file, name, at::kFloat, std::move(sizes));
  const std::span<const float> values(tensor.data_ptr<float>(), static_cast<size_t>(tensor.numel()));
  const auto wrong = std::ranges::find_if_not(values, [&](float value) { return is_within(value, largest); });
  if (wrong == values.end()) return tensor;
  std::ostringstream message;
  message << file.source << ": array '" << name << "' holds " << *wrong << " at step "
          << (wrong - values.begin()) / (tensor.numel() / tensor.size(0)) << "; allowed are numbers of up to "
          << largest << " in magnitude.";
  throw DataError(message.str());
}

}  // namespace

std::string episode_name(int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(6 - std::min<size_t>(digits.size(), 6), '0') + digits;
}

void write_episode(const std::filesystem::path& path, const Episode& episode,
                   std::span<const env::SensorSpec> sensors) {
  std::vector<NamedArray> arrays;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const Readings& readings = episode.observations[s];
    arrays.push_back(to_array(sensors[s].name, readings.values));
    arrays.push_back(to_array(sensors[s].name + "_valid", readings.valid));
    if (sensors[s].masked) arrays.push_back(to_array(sensors[s].name + "_visible", readings.visible));
  }
  arrays.push_back(to_array("action", episode.actions));
  arrays.push_back(to_array("reward", episode.rewards));
  arrays.push_back(to_array("discount", episode.discounts));
  at::Tensor is_first = at::zeros({episode.length()}, at::kBool);
  is_first[0] = true;
  arrays.push_back(to_array("is_first", is_first));
  write_file_atomically(path, write_npz(arrays));
}

Episode read_episode(const std::filesystem::path& path, std::span<const env::SensorSpec> sensors, int64_t action_size) {
  const Npz file = read_npz(path);
  Episode episode;
  episode.rewards = to_floats(file, "reward", {-1}, kLargestReward);
  const int64_t length = episode.length();
  if (length == 0) throw DataError(file.source + ": the episode has no steps.");
  episode.actions = to_floats(file, "action", {length, action_size}, kLargestAction);
  episode.discounts = to_floats(file, "discount", {length}, /*largest=*/1.0);
  const at::Tensor is_first = to_tensor(file, "is_first", at::kBool, {length});
  if (!is_first[0].item<bool>() || is_first.sum().item<int64_t>() != 1) {
    throw DataError(file.source + ": is_first must be true at the first step and only there.");
  }
  const auto steps_of = [length](std::vector<int64_t> shape) {
    shape.insert(shape.begin(), length);
    return shape;
  };
  for (const env::SensorSpec& sensor : sensors) {
    Readings& readings = episode.observations.emplace_back();
    readings.values = sensor.kind == env::SensorKind::kImage
                          ? to_tensor(file, sensor.name, at::kByte, steps_of(sensor.shape))
                          : to_floats(file, sensor.name, steps_of(sensor.shape), kLargestReading);
    readings.valid = to_tensor(file, sensor.name + "_valid", at::kBool, {length});
    if (sensor.masked) {
      readings.visible = to_tensor(file, sensor.name + "_visible", at::kBool, steps_of(sensor.mask_shape()));
    }
  }
  return episode;
}

}  // namespace vrkn::data
