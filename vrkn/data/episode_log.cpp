#include "vrkn/data/episode_log.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <sstream>
#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/limits.h"

namespace vrkn::data {
namespace {

// The names that programs give to one thing. The second ones are those of D4RL and Minari.
constexpr std::array<std::string_view, 2> kAction = {"action", "actions"};
constexpr std::array<std::string_view, 2> kReward = {"reward", "rewards"};
constexpr std::array<std::string_view, 3> kTerminal = {"is_terminal", "terminals", "terminations"};
constexpr std::array<std::string_view, 2> kCut = {"timeouts", "truncations"};
constexpr std::array<std::string_view, 5> kOthers = {"discount", "is_first", "is_last", "reset", "stepid"};

constexpr std::array<std::pair<FileLayout, std::string_view>, 4> kLayoutNames = {
    {{FileLayout::kAuto, "auto"},
     {FileLayout::kDreamer, "dreamer"},
     {FileLayout::kDreamerV3, "dreamerv3"},
     {FileLayout::kTransitions, "transitions"}}};

std::string to_text(const NpzArray& array) {
  std::ostringstream text;
  text << array.dtype << ' ' << at::IntArrayRef(array.shape);
  return text.str();
}

[[noreturn]] void fail(const Npz& file, std::string_view array, const std::string& what) {
  throw DataError(file.source + ": array '" + std::string(array) + "' " + what + ".");
}

/// The first of the names that the file has; of none the first.
template <size_t N>
std::string_view name_of(const Npz& file, const std::array<std::string_view, N>& names) {
  const auto found = std::ranges::find_if(names, [&](std::string_view name) { return file.contains(name); });
  return found == names.end() ? names.front() : *found;
}

bool is_known(const Npz& file, std::string_view name) {
  const auto is_among = [name](const auto& names) { return std::ranges::find(names, name) != names.end(); };
  const auto belongs_to_sensor = [&](std::string_view ending) {
    return name.ends_with(ending) && file.contains(name.substr(0, name.size() - ending.size()));
  };
  return is_among(kAction) || is_among(kReward) || is_among(kTerminal) || is_among(kCut) || is_among(kOthers) ||
         belongs_to_sensor("_valid") || belongs_to_sensor("_visible");
}

/// Bytes: files are named after sensors.
constexpr size_t kLongestSensorName = 100;

/// Whether an array could be a sensor, going by its name.
bool is_sensor_name(const Npz& file, std::string_view name) {
  return !is_known(file, name) && !name.ends_with("_valid") && !name.ends_with("_visible") &&
         !name.starts_with("log_") && name.size() <= kLongestSensorName && name.find('/') == std::string_view::npos &&
         !(name.starts_with("next_") && file.contains(name.substr(5)));
}

/// The axes of an image array; of grey ones without an axis for that, `channels` is 0.
struct ImageAxes {
  size_t channels, rows, columns;
};

/// Nothing when the array holds no images. Channels are those in the usual numbers; of two such axes the one that
/// leaves the larger sides, or the last.
std::optional<ImageAxes> image_axes(const NpzArray& array) {
  if (array.dtype != "|u1") return std::nullopt;
  const std::vector<int64_t>& shape = array.shape;
  if (shape.size() == 3) return ImageAxes{0, 1, 2};
  if (shape.size() != 4) return std::nullopt;
  const ImageAxes last{3, 1, 2}, first{1, 2, 3};
  const auto is_usual = [](int64_t channels) { return channels == 1 || channels == 3 || channels == 4; };
  if (is_usual(shape[3]) && is_usual(shape[1])) return shape[1] < shape[3] ? first : last;
  if (is_usual(shape[3])) return last;
  if (is_usual(shape[1])) return first;
  if (shape[3] < std::min(shape[1], shape[2])) return last;
  if (shape[1] < std::min(shape[2], shape[3])) return first;
  return std::nullopt;
}

bool is_vector(const NpzArray& array) {
  return (array.dtype == "<f2" || array.dtype == "<f4" || array.dtype == "<f8") && !array.shape.empty();
}

bool is_sensor(const Npz& file, const NamedArray& entry) {
  return is_sensor_name(file, entry.name) && (is_vector(entry.array) || image_axes(entry.array));
}

int64_t rows(const NpzArray& array) {
  return array.shape.empty() ? 0 : array.shape[0];
}

/// L, the number of steps: one more than there are actions or rewards, where the sensors or the other one say so.
int64_t length_of(const Npz& file) {
  const std::string_view name = name_of(file, kReward);
  const NpzArray& reward = file.at(name);
  const bool flat = reward.shape.size() == 1 || (reward.shape.size() == 2 && reward.shape[1] == 1);
  if (!flat || reward.shape[0] == 0) fail(file, name, "is " + to_text(reward) + ", expected [L] or [L, 1] with L > 0");
  if (file.contains("is_first")) return rows(file.at("is_first"));
  const int64_t rewards = rows(reward), actions = rows(file.at(name_of(file, kAction)));
  if (actions != rewards) return actions == rewards + 1 ? actions : rewards;
  const auto sensors_with = [&](int64_t steps) {
    return std::ranges::any_of(
        file.arrays, [&](const NamedArray& entry) { return is_sensor(file, entry) && rows(entry.array) == steps; });
  };
  return !sensors_with(rewards) && sensors_with(rewards + 1) ? rewards + 1 : rewards;
}

/// The array `name`, which must have one entry per step; or, where it may be `shorter`, one less.
const NpzArray& steps_of(const Npz& file, std::string_view name, int64_t length, bool shorter = false) {
  const NpzArray& array = file.at(name);
  const bool fits = !array.shape.empty() && (array.shape[0] == length || (shorter && array.shape[0] == length - 1));
  if (!fits) {
    const bool as_rewards = rows(file.at(name_of(file, kReward))) == length;
    fail(file, name,
         "is " + to_text(array) + ", but " +
             (as_rewards ? "'" + std::string(name_of(file, kReward)) + "'" : "the file") + " has " +
             std::to_string(length) + " steps");
  }
  return array;
}

std::optional<env::SensorSpec> sensor_of(const Npz& file, const NamedArray& entry, int64_t length) {
  if (!is_sensor(file, entry)) return std::nullopt;
  const auto& [name, array] = entry;
  steps_of(file, name, length);
  env::SensorSpec sensor{.name = name, .kind = env::SensorKind::kVector, .shape = {1}};
  if (const auto axes = image_axes(array)) {
    sensor.kind = env::SensorKind::kImage;
    sensor.shape = {axes->channels == 0 ? 1 : array.shape[axes->channels], array.shape[axes->rows],
                    array.shape[axes->columns]};
    sensor.masked = file.contains(name + "_visible");
  } else {
    for (size_t axis = 1; axis < array.shape.size(); ++axis) sensor.shape[0] *= array.shape[axis];
  }
  if (sensor.size() == 0) fail(file, name, "is " + to_text(array) + " and has no values");
  return sensor;
}

/// The numbers of an array with one row per step as floats, [L, columns]. Each must be finite, and no larger than that.
at::Tensor rows_of(const Npz& file, std::string_view name, double largest) {
  const std::vector<double> values = file.doubles(name);
  const int64_t count = rows(file.at(name));
  const int64_t columns = count == 0 ? 0 : static_cast<int64_t>(values.size()) / count;
  const auto wrong = std::ranges::find_if_not(values, [&](double value) { return is_within(value, largest); });
  if (wrong != values.end()) {
    std::ostringstream what;
    what << "holds ";
    if (std::isfinite(*wrong)) {
      what << *wrong << " at step " << (wrong - values.begin()) / columns << ", beyond " << largest
           << ", which nothing can be learned from";
    } else {
      what << "a value that is not finite at step " << (wrong - values.begin()) / columns;
    }
    fail(file, name, what.str());
  }
  return at::tensor(values).to(at::kFloat).view({count, columns});
}

/// One number for each step, of any type.
at::Tensor column_of(const Npz& file, std::string_view name, double largest) {
  const at::Tensor columns = rows_of(file, name, largest);
  if (columns.size(1) != 1) fail(file, name, "is " + to_text(file.at(name)) + ", expected [L]");
  return columns.squeeze(1);
}

/// Flags of any number type.
at::Tensor flags_of(const Npz& file, std::string_view name) {
  return column_of(file, name, kLargestReading) != 0;
}

at::Tensor images_of(const Npz& file, const env::SensorSpec& sensor) {
  const NpzArray& array = file.at(sensor.name);
  at::Tensor images = at::empty(array.shape, at::kByte);
  std::memcpy(images.data_ptr(), array.bytes.data(), array.bytes.size());
  const ImageAxes axes = image_axes(array).value();
  if (axes.channels == 0) return images.unsqueeze(1);
  return axes.channels == 3 ? images.permute({0, 3, 1, 2}).contiguous() : images;
}

at::Tensor masks_of(const Npz& file, const env::SensorSpec& sensor, int64_t length) {
  const std::string name = sensor.name + "_visible";
  const std::vector<int64_t> shape{length, sensor.shape[1], sensor.shape[2]};
  if (!file.contains(name)) return at::ones(shape, at::kBool);
  if (file.at(name).shape != shape)
    fail(file, name, "is " + to_text(file.at(name)) + ", which is not the image's size");
  return rows_of(file, name, kLargestReading).view(shape) != 0;
}

Readings readings_of(const Npz& file, const env::SensorSpec& sensor, int64_t length) {
  const auto found = sensor_of(file, {sensor.name, file.at(sensor.name)}, length);
  if (!found || found->kind != sensor.kind || found->shape != sensor.shape) {
    std::ostringstream wanted;
    wanted << (sensor.kind == env::SensorKind::kImage ? "images of " : "vectors of ") << at::IntArrayRef(sensor.shape);
    fail(file, sensor.name, "is " + to_text(file.at(sensor.name)) + ", expected " + wanted.str());
  }
  const std::string valid = sensor.name + "_valid";
  if (file.contains(valid)) steps_of(file, valid, length);
  const bool image = sensor.kind == env::SensorKind::kImage;
  Readings readings{
      .values = image ? images_of(file, sensor) : rows_of(file, sensor.name, kLargestReading),
      .valid = file.contains(valid) ? flags_of(file, valid) : at::ones({length}, at::kBool),
  };
  if (sensor.masked) readings.visible = masks_of(file, sensor, length);
  return readings;
}

int64_t action_size_of(const Npz& file, int64_t length) {
  const std::string_view name = name_of(file, kAction);
  const NpzArray& action = steps_of(file, name, length, /*shorter=*/true);
  if (action.shape.size() > 2 || (action.shape.size() == 2 && action.shape[1] == 0)) {
    fail(file, name, "is " + to_text(action) + ", expected [L] or [L, A] with A > 0");
  }
  return action.shape.size() == 2 ? action.shape[1] : 1;
}

/// 1 where the task goes on, 0 where it ended; between them what a file says of itself.
at::Tensor discounts_of(const Npz& file, int64_t length) {
  if (file.contains("discount")) {
    steps_of(file, "discount", length, /*shorter=*/true);
    const at::Tensor discounts = column_of(file, "discount", kLargestReading);
    if (((discounts < 0) | (discounts > 1)).any().item<bool>()) {
      fail(file, "discount", "holds values outside 0 to 1");
    }
    return discounts;
  }
  const std::string_view terminal = name_of(file, kTerminal);
  if (!file.contains(terminal)) return at::ones({length});
  steps_of(file, terminal, length, /*shorter=*/true);
  return 1 - flags_of(file, terminal).to(at::kFloat);
}

FileLayout recognised(const Npz& file, FileLayout layout) {
  if (layout != FileLayout::kAuto) return layout;
  if (file.contains("stepid") || file.contains("reset")) return FileLayout::kDreamerV3;
  return file.contains("rewards") ? FileLayout::kTransitions : FileLayout::kDreamer;
}

/// Where episodes begin, step 0 included; then the number of steps.
std::vector<int64_t> borders_of(const Npz& file, int64_t length, FileLayout layout) {
  at::Tensor first = at::zeros({length}, at::kBool);
  if (file.contains("is_first")) {
    first = flags_of(file, "is_first");
  } else if (layout == FileLayout::kTransitions) {
    for (const std::string_view name : {name_of(file, kTerminal), name_of(file, kCut)}) {
      if (!file.contains(name) || rows(file.at(name)) != length) continue;
      first.slice(0, 1).logical_or_(flags_of(file, name).slice(0, 0, length - 1));
    }
  }
  std::vector<int64_t> borders{0};
  for (int64_t step = 1; step < length; ++step) {
    if (first[step].item<bool>()) borders.push_back(step);
  }
  borders.push_back(length);
  return borders;
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
    const std::string_view name = name_of(file, kAction);
    fail(
        file, name,
        "is " + to_text(file.at(name)) + ", but " + to_text(first.at(name_of(first, kAction))) + " in " + first.source);
  }
}

}  // namespace

FileLayout file_layout_from(std::string_view name) {
  for (const auto& [layout, layout_name] : kLayoutNames) {
    if (layout_name == name) return layout;
  }
  throw ConfigError("the layout of files is '" + std::string(name) +
                    "'; allowed: auto, dreamer, dreamerv3, transitions");
}

std::string_view to_string(FileLayout layout) {
  return std::ranges::find(kLayoutNames, layout, &std::pair<FileLayout, std::string_view>::first)->second;
}

EpisodeLayout layout_of(const Npz& file) {
  const int64_t length = length_of(file);
  EpisodeLayout layout{.sensors = {}, .action_size = action_size_of(file, length)};
  for (const NamedArray& entry : file.arrays) {
    if (auto sensor = sensor_of(file, entry, length)) layout.sensors.push_back(std::move(*sensor));
  }
  if (layout.sensors.empty()) {
    throw DataError(file.source +
                    " holds no sensor: neither uint8 images [L, H, W], [L, H, W, C] or [L, C, H, W] nor float "
                    "arrays [L, ...].");
  }
  try {
    env::check_sensors(layout.sensors);
  } catch (const ConfigError& error) {
    throw DataError(file.source + ": " + error.what());
  }
  return layout;
}

std::vector<std::string> left_aside(const Npz& file) {
  std::vector<std::string> entries;
  for (const NamedArray& entry : file.arrays) {
    if (is_known(file, entry.name) || is_sensor(file, entry)) continue;
    entries.push_back(entry.name + " (" + to_text(entry.array) + ")");
  }
  for (const UnreadEntry& entry : file.unread) entries.push_back(entry.name + " (no numbers)");
  return entries;
}

std::vector<Episode> to_episodes(const Npz& file, const EpisodeLayout& layout, FileLayout file_layout) {
  const int64_t length = length_of(file);
  const std::string_view action = name_of(file, kAction), reward = name_of(file, kReward);
  if (action_size_of(file, length) != layout.action_size) {
    fail(file, action,
         "is " + to_text(file.at(action)) + ", expected " + std::to_string(layout.action_size) + " components");
  }
  steps_of(file, reward, length, /*shorter=*/true);
  const FileLayout order = recognised(file, file_layout);
  const at::Tensor actions = rows_of(file, action, kLargestAction), rewards = column_of(file, reward, kLargestReward),
                   discounts = discounts_of(file, length);
  std::vector<Readings> readings;
  for (const env::SensorSpec& sensor : layout.sensors) readings.push_back(readings_of(file, sensor, length));

  // Transitions with an action for every reading end with one whose outcome was not read.
  const bool has_unread_end =
      order == FileLayout::kTransitions && actions.size(0) == length && rewards.size(0) == length;
  // What came with the steps from `begin` on, the first of which is a reset.
  const auto arrived = [&](const at::Tensor& of_steps, int64_t begin, int64_t end, bool is_ahead, double start) {
    if (is_ahead || of_steps.size(0) < length) {
      const at::Tensor at_reset = at::full_like(of_steps.slice(0, 0, 1), start);
      return at::cat({at_reset, of_steps.slice(0, begin, has_unread_end ? end : end - 1)});
    }
    return of_steps.slice(0, begin, end).clone();
  };
  const bool actions_ahead = order != FileLayout::kDreamer, rewards_ahead = order == FileLayout::kTransitions;
  const auto with_end = [&](const at::Tensor& of_steps) {
    return has_unread_end ? at::cat({of_steps, at::zeros_like(of_steps.slice(0, 0, 1))}) : of_steps.clone();
  };

  std::vector<Episode> episodes;
  const std::vector<int64_t> borders = borders_of(file, length, order);
  for (size_t i = 0; i + 1 < borders.size(); ++i) {
    const int64_t begin = borders[i], end = borders[i + 1];
    Episode episode{.observations = {},
                    .actions = arrived(actions, begin, end, actions_ahead, 0.0),
                    .rewards = arrived(rewards, begin, end, rewards_ahead, 0.0),
                    .discounts = arrived(discounts, begin, end, rewards_ahead && discounts.size(0) == length, 1.0)};
    episode.actions[0].zero_();
    episode.rewards[0].zero_();
    for (const Readings& all : readings) {
      episode.observations.push_back(
          map([&](const at::Tensor& of_steps) { return with_end(of_steps.slice(0, begin, end)); }, all));
    }
    episodes.push_back(std::move(episode));
  }
  return episodes;
}

EpisodeLog read_episode_log(std::span<const std::filesystem::path> files, FileLayout file_layout) {
  const Npz first = read_npz(files.front());
  const EpisodeLayout layout = layout_of(first);
  EpisodeLog log{
      .layout = layout, .episodes = {to_episodes(first, layout, file_layout)}, .left_aside = left_aside(first)};
  for (const std::filesystem::path& path : files.subspan(1)) {
    const Npz file = read_npz(path);
    check_same(file, layout_of(file), first, log.layout);
    log.episodes.push_back(to_episodes(file, log.layout, file_layout));
  }
  return log;
}

std::vector<std::filesystem::path> episode_files(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) throw DataError(folder.string() + " is not a folder of episodes.");
  std::vector<std::filesystem::path> files = files_in(folder, ".npz");
  if (files.empty()) throw DataError("The folder " + folder.string() + " holds no .npz file.");
  for (const std::filesystem::path& file : files) {
    // To open a pipe would be to wait for somebody who writes into it.
    if (std::filesystem::exists(file) && !std::filesystem::is_regular_file(file)) {
      throw DataError("'" + file.string() + "' is no regular file");
    }
  }
  return files;
}

}  // namespace vrkn::data
