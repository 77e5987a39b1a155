#include "vrkn/run/fit_data.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/core/random.h"
#include "vrkn/env/sensor_choice.h"
#include "vrkn/env/task_list.h"
#include "vrkn/run/experiment_config.h"
#include "vrkn/run/layout_json.h"
#include "vrkn/run/memory_need.h"

namespace vrkn::run {
namespace {

using Files = std::vector<std::filesystem::path>;

nlohmann::ordered_json names_of(const Files& files) {
  auto names = nlohmann::ordered_json::array();
  for (const auto& file : files) names.push_back(file.string());
  return names;
}

Files files_of(const nlohmann::json& names) {
  Files files;
  for (const auto& name : names) files.emplace_back(name.get<std::string>());
  return files;
}

/// The files with an episode that is long enough stand first; returns how many there are.
int64_t bring_long_ones_first(Files& files, const data::EpisodeLog& log, int64_t sequence_length) {
  const auto is_long = [&](const data::Episode& episode) { return episode.length() >= sequence_length; };
  std::vector<std::pair<bool, std::filesystem::path>> marked;
  for (size_t i = 0; i < files.size(); ++i) {
    marked.emplace_back(std::ranges::none_of(log.episodes[i], is_long), files[i]);
  }
  std::ranges::stable_sort(marked, {}, &std::pair<bool, std::filesystem::path>::first);
  for (size_t i = 0; i < files.size(); ++i) files[i] = marked[i].second;
  return std::ranges::count(marked, false, &std::pair<bool, std::filesystem::path>::first);
}

// The run keeps the names as JSON, by which it finds the files again.
void check_is_utf8(const std::filesystem::path& file) {
  try {
    nlohmann::json(std::filesystem::absolute(file).string()).dump();
  } catch (const nlohmann::json::type_error&) {
    throw DataError("the path " + json_text(nlohmann::json(file.string())) + " is not UTF-8: rename it");
  }
}

}  // namespace

FitData choose_fit_data(const Files& files, double share, uint64_t seed, int64_t sequence_length,
                        data::FileLayout file_layout) {
  const data::EpisodeLog log = data::read_episode_log(files, file_layout);
  Files all;
  for (const auto& file : files) {
    check_is_utf8(file);
    all.push_back(std::filesystem::absolute(file).lexically_normal());
  }
  const int64_t usable = bring_long_ones_first(all, log, sequence_length);
  const auto wanted = static_cast<int64_t>(std::llround(share * static_cast<double>(all.size())));
  const int64_t held_out = share > 0.0 ? std::clamp<int64_t>(wanted, 1, std::max<int64_t>(usable, 1)) : 0;
  if (usable - held_out < 1) {
    throw DataError("Of " + std::to_string(files.size()) + " files " + std::to_string(usable) +
                    " hold an episode of the " + std::to_string(sequence_length) +
                    " steps of training.sequence_length, which leaves none to learn from when " +
                    std::to_string(held_out) + " of them are held out.");
  }
  // The held-out ones are drawn from those that are long enough, by swapping each to the end of their part.
  ScalarGenerator random(derive_seed(seed, "held_out_files"));
  for (int64_t last = usable - 1; last >= usable - held_out; --last) {
    std::swap(all[static_cast<size_t>(last)], all[static_cast<size_t>(random.integer(0, last))]);
  }
  const auto begin = all.begin() + (usable - held_out), end = all.begin() + usable;
  FitData data{.layout = log.layout,
               .file_layout = file_layout,
               .training = {},
               .held_out = Files(begin, end),
               .left_aside = log.left_aside};
  all.erase(begin, end);
  data.training = std::move(all);
  std::ranges::sort(data.training);
  std::ranges::sort(data.held_out);
  return data;
}

std::vector<data::Episode> read_episodes(const Files& files, const FitData& data) {
  std::vector<data::Episode> episodes;
  for (const auto& file : files) {
    for (data::Episode& episode : data::to_episodes(data::read_npz(file), data.layout, data.file_layout)) {
      episodes.push_back(std::move(episode));
    }
  }
  return episodes;
}

void adopt_sensors(const data::EpisodeLayout& layout, env::EnvironmentConfig& environment) {
  env::EnvironmentConfig adapted = environment;
  adapted.sensors.clear();
  for (const env::SensorSpec& sensor : layout.sensors) {
    adapted.sensors.push_back(sensor.name);
    if (sensor.kind == env::SensorKind::kImage) adapted.image_size = sensor.shape[1];
  }
  try {
    config::check(adapted);
    const env::TaskSpec task = env::find_task(adapted.task);
    std::vector<env::SensorSpec> offered = env::choose_sensors(task, adapted.sensors, adapted.image_size);
    for (size_t s = 0; s < offered.size(); ++s) offered[s].masked = layout.sensors[s].masked;
    if (offered == layout.sensors && task.action_size == layout.action_size) environment = adapted;
  } catch (const ConfigError&) {
    // The task has other sensors: it stays a world beside the files.
  }
}

FitData prepare_fit(ExperimentConfig& config, const Files& files, double held_out, data::FileLayout file_layout) {
  FitData data = choose_fit_data(files, held_out, static_cast<uint64_t>(config.seed), config.training.sequence_length,
                                 file_layout);
  config.objective.check_sensors(data.layout.sensors);
  adopt_sensors(data.layout, config.environment);
  check_memory(config, data);
  return data;
}

void write_fit_data(const std::filesystem::path& path, const FitData& data) {
  nlohmann::ordered_json json = to_json(data.layout);
  json["file_layout"] = data::to_string(data.file_layout);
  json["training"] = names_of(data.training);
  json["held_out"] = names_of(data.held_out);
  write_file_atomically(path, json.dump(2) + '\n');
}

FitData read_fit_data(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  FitData data;
  try {
    const auto json = nlohmann::json::parse(content);
    data.layout = layout_from_json(json, path.string());
    data.file_layout = data::file_layout_from(json.value("file_layout", "auto"));  // earlier builds knew one
    data.training = files_of(json.at("training"));
    data.held_out = files_of(json.at("held_out"));
  } catch (const nlohmann::json::exception& error) {
    throw DataError(path.string() + " does not say what the run learns from: " + error.what());
  }
  if (data.training.empty()) throw DataError(path.string() + " names no file to learn from.");
  return data;
}

}  // namespace vrkn::run
