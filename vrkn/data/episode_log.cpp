#include "vrkn/data/episode_log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <sstream>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::data {
namespace {

constexpr std::array<std::string_view, 7> kNoSensors = {"action",  "reward",      "discount", "is_first",
                                                        "is_last", "is_terminal", "reset"};

std::string to_text(const NpzArray& array) {
  std::ostringstream text;
  text << array.dtype << ' ' << at::IntArrayRef(array.shape);
  return text.str();
}

[[noreturn]] void fail(const Npz& file, std::string_view array, const std::string& what) {
  throw DataError(file.source + ": array '" + std::string(array) + "' " + what + ".");
}

bool is_sensor_name(std::string_view name) {
  return std::ranges::find(kNoSensors, name) == kNoSensors.end() && !name.ends_with("_valid") &&
         !name.ends_with("_visible") && !name.starts_with("log_");
}

bool is_float(const NpzArray& array) {
  return array.dtype == "<f4" || array.dtype == "<f8";
}

int64_t length_of(const Npz& file) {
  const NpzArray& reward = file.at("reward");
  const bool flat = reward.shape.size() == 1 || (reward.shape.size() == 2 && reward.shape[1] == 1);
  if (!flat || reward.shape[0] == 0) fail(file, "reward", "is " + to_text(reward) + ", expected [L] with L > 0");
  return reward.shape[0];
}

/// The array `name`, which must have one entry per step.
const NpzArray& steps_of(const Npz& file, std::string_view name, int64_t length) {
  const NpzArray& array = file.at(name);
  if (array.shape.empty() || array.shape[0] != length) {
    fail(file, name, "is " + to_text(array) + ", but 'reward' has " + std::to_string(length) + " steps");
  }
  return array;
}

/// Whether the colours of an image array come last: [L, H, W, 3]. Nothing when it holds no images.
std::optional<bool> colours_last(const NpzArray& array) {
  if (array.dtype != "|u1" || array.shape.size() != 4) return std::nullopt;
  if (array.shape[3] == 3) return true;
  if (array.shape[1] == 3) return false;
  return std::nullopt;
}

std::optional<env::SensorSpec> sensor_of(const Npz& file, const NamedArray& entry, int64_t length) {
  const auto& [name, array] = entry;
  if (array.dtype == "|u1" && array.shape.size() > 2) {
    const auto last = colours_last(steps_of(file, name, length));
    if (!last) fail(file, name, "is " + to_text(array) + ", expected [L, H, W, 3] or [L, 3, H, W]");
    const size_t rows = *last ? 1 : 2;
    return env::SensorSpec{.name = name,
                           .kind = env::SensorKind::kImage,
                           .shape = {3, array.shape[rows], array.shape[rows + 1]},
                           .masked = file.contains(name + "_visible")};
  }
  if (!is_float(array)) return std::nullopt;
  steps_of(file, name, length);
  env::SensorSpec sensor{.name = name, .kind = env::SensorKind::kVector, .shape = {1}};
  for (size_t axis = 1; axis < array.shape.size(); ++axis) sensor.shape[0] *= array.shape[axis];
  if (sensor.size() == 0) fail(file, name, "is " + to_text(array) + " and has no values");
  return sensor;
}

/// The numbers of an array with one row per step as floats, [L, columns]. Each must be finite.
at::Tensor rows_of(const Npz& file, std::string_view name, int64_t length) {
  steps_of(file, name, length);
  const at::Tensor rows = at::tensor(file.doubles(name)).to(at::kFloat).view({length, -1});
  const at::Tensor spoiled = rows.isfinite().all(1).logical_not().nonzero();
  if (spoiled.size(0) > 0) {
    fail(file, name, "holds a value that is not finite at step " + std::to_string(spoiled[0].item<int64_t>()));
  }
  return rows;
}

/// Flags with one entry per step, of any number type.
at::Tensor flags_of(const Npz& file, std::string_view name, int64_t length) {
  const at::Tensor rows = rows_of(file, name, length);
  if (rows.size(1) != 1) fail(file, name, "is " + to_text(file.at(name)) + ", expected [L]");
  return rows.squeeze(1) != 0;
}

at::Tensor images_of(const Npz& file, const env::SensorSpec& sensor, int64_t length) {
  const NpzArray& array = steps_of(file, sensor.name, length);
  at::Tensor images = at::empty(array.shape, at::kByte);
  std::memcpy(images.data_ptr(), array.bytes.data(), array.bytes.size());
  return colours_last(array).value() ? images.permute({0, 3, 1, 2}).contiguous() : images;
}

at::Tensor masks_of(const Npz& file, const env::SensorSpec& sensor, int64_t length) {
  const std::string name = sensor.name + "_visible";
  const std::vector<int64_t> shape{length, sensor.shape[1], sensor.shape[2]};
  if (!file.contains(name)) return at::ones(shape, at::kBool);
  if (file.at(name).shape != shape)
    fail(file, name, "is " + to_text(file.at(name)) + ", which is not the image's size");
  return rows_of(file, name, length).view(shape) != 0;
}

Readings readings_of(const Npz& file, const env::SensorSpec& sensor, int64_t length) {
  const auto found = sensor_of(file, {sensor.name, file.at(sensor.name)}, length);
  if (!found || found->kind != sensor.kind || found->shape != sensor.shape) {
    std::ostringstream wanted;
    wanted << (sensor.kind == env::SensorKind::kImage ? "images of " : "vectors of ") << at::IntArrayRef(sensor.shape);
    fail(file, sensor.name, "is " + to_text(file.at(sensor.name)) + ", expected " + wanted.str());
  }
  const std::string valid = sensor.name + "_valid";
  const bool image = sensor.kind == env::SensorKind::kImage;
  Readings readings{
      .values = image ? images_of(file, sensor, length) : rows_of(file, sensor.name, length),
      .valid = file.contains(valid) ? flags_of(file, valid, length) : at::ones({length}, at::kBool),
  };
  if (sensor.masked) readings.visible = masks_of(file, sensor, length);
  return readings;
}

int64_t action_size_of(const Npz& file, int64_t length) {
  const NpzArray& action = steps_of(file, "action", length);
  if (action.shape.size() > 2 || (action.shape.size() == 2 && action.shape[1] == 0)) {
    fail(file, "action", "is " + to_text(action) + ", expected [L] or [L, A]");
  }
  return action.shape.size() == 2 ? action.shape[1] : 1;
}

at::Tensor discounts_of(const Npz& file, int64_t length) {
  if (file.contains("discount")) {
    const at::Tensor rows = rows_of(file, "discount", length);
    if (rows.size(1) != 1) fail(file, "discount", "is " + to_text(file.at("discount")) + ", expected [L]");
    return rows.squeeze(1);
  }
  if (file.contains("is_terminal")) return 1 - flags_of(file, "is_terminal", length).to(at::kFloat);
  return at::ones({length});
}

/// Throws the one sentence that says in what `file` differs from the first file.
void check_same(const Npz& file, const EpisodeLayout& found, const Npz& first, const EpisodeLayout& expected) {
  const auto has = [](const EpisodeLayout& layout, const std::string& name) {
    return std::ranges::find(layout.sensors, name, &env::SensorSpec::name) != layout.sensors.end();
  };
  for (const env::SensorSpec& sensor : expected.sensors) {
    const auto same = std::ranges::find(found.sensors, sensor.name, &env::SensorSpec::name);
    const std::string other = to_text(first.at(sensor.name)) + " in " + first.source;
    if (same == found.sensors.end()) fail(file, sensor.name, "is missing as a sensor, but is " + other);
    if (same->kind != sensor.kind || same->shape != sensor.shape) {
      fail(file, sensor.name, "is " + to_text(file.at(sensor.name)) + ", but " + other);
    }
    if (same->masked != sensor.masked) {
      fail(file, sensor.name + "_visible",
           std::string(same->masked ? "is there, but missing" : "is missing, but there") + " in " + first.source);
    }
  }
  for (const env::SensorSpec& sensor : found.sensors) {
    if (!has(expected, sensor.name)) fail(file, sensor.name, "is a sensor that " + first.source + " does not have");
  }
  if (found.action_size != expected.action_size) {
    fail(file, "action",
         "is " + to_text(file.at("action")) + ", but " + to_text(first.at("action")) + " in " + first.source);
  }
}

}  // namespace

EpisodeLayout layout_of(const Npz& file) {
  const int64_t length = length_of(file);
  EpisodeLayout layout{.sensors = {}, .action_size = action_size_of(file, length)};
  for (const NamedArray& entry : file.arrays) {
    if (!is_sensor_name(entry.name)) continue;
    if (auto sensor = sensor_of(file, entry, length)) layout.sensors.push_back(std::move(*sensor));
  }
  if (layout.sensors.empty()) {
    throw DataError(file.source +
                    " holds no sensor: neither uint8 images [L, H, W, 3] or [L, 3, H, W] nor float "
                    "arrays [L, ...].");
  }
  try {
    env::check_sensors(layout.sensors);
  } catch (const ConfigError& error) {
    throw DataError(file.source + ": " + error.what());
  }
  return layout;
}

Episode to_episode(const Npz& file, const EpisodeLayout& layout) {
  const int64_t length = length_of(file);
  if (action_size_of(file, length) != layout.action_size) {
    fail(file, "action",
         "is " + to_text(file.at("action")) + ", expected " + std::to_string(layout.action_size) + " components");
  }
  Episode episode{.observations = {},
                  .actions = rows_of(file, "action", length),
                  .rewards = rows_of(file, "reward", length).squeeze(1),
                  .discounts = discounts_of(file, length)};
  episode.actions[0].zero_();
  episode.rewards[0].zero_();
  if (file.contains("is_first")) {
    const at::Tensor is_first = flags_of(file, "is_first", length);
    if (!is_first[0].item<bool>() || is_first.sum().item<int64_t>() != 1) {
      fail(file, "is_first", "must be true at the first step and only there");
    }
  }
  for (const env::SensorSpec& sensor : layout.sensors) {
    episode.observations.push_back(readings_of(file, sensor, length));
  }
  return episode;
}

EpisodeLog read_episode_log(std::span<const std::filesystem::path> files) {
  const Npz first = read_npz(files.front());
  EpisodeLog log{.layout = layout_of(first), .episodes = {to_episode(first, layout_of(first))}};
  for (const std::filesystem::path& path : files.subspan(1)) {
    const Npz file = read_npz(path);
    check_same(file, layout_of(file), first, log.layout);
    log.episodes.push_back(to_episode(file, log.layout));
  }
  return log;
}

std::vector<std::filesystem::path> episode_files(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) throw DataError(folder.string() + " is not a folder of episodes.");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".npz") files.push_back(entry.path());
  }
  if (files.empty()) throw DataError("The folder " + folder.string() + " holds no .npz file.");
  std::ranges::sort(files);
  return files;
}

}  // namespace vrkn::data
