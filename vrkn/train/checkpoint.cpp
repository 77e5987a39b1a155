#include "vrkn/train/checkpoint.h"

#include <ATen/core/ivalue.h>
#include <torch/serialize/archive.h>
#define XXH_INLINE_ALL  // the hash from its header: no library to link
#include <cstdio>
#include <sstream>
#include <string_view>
#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn {
namespace {

constexpr std::string_view kMagic = "vrkn checkpoint 1\n";

nlohmann::json to_json(const TrainingProgress& progress) {
  return {{"iteration", progress.iteration},
          {"updates", progress.updates},
          {"updates_in_iteration", progress.updates_in_iteration},
          {"episodes", progress.episodes},
          {"env_steps", progress.env_steps},
          {"evaluated_iteration", progress.evaluated_iteration},
          {"last_return", progress.last_return},
          {"metric_names", progress.metric_names},
          {"metric_sums", progress.metric_sums},
          {"sink_positions", progress.sink_positions}};
}

TrainingProgress from_json(const nlohmann::json& json) {
  TrainingProgress progress;
  json.at("iteration").get_to(progress.iteration);
  json.at("updates").get_to(progress.updates);
  json.at("updates_in_iteration").get_to(progress.updates_in_iteration);
  json.at("episodes").get_to(progress.episodes);
  json.at("env_steps").get_to(progress.env_steps);
  json.at("evaluated_iteration").get_to(progress.evaluated_iteration);
  json.at("last_return").get_to(progress.last_return);
  json.at("metric_names").get_to(progress.metric_names);
  json.at("metric_sums").get_to(progress.metric_sums);
  json.at("sink_positions").get_to(progress.sink_positions);
  return progress;
}

std::string hash_line(std::string_view payload) {
  char line[64];
  std::snprintf(line, sizeof(line), "%016llx %zu\n",
                static_cast<unsigned long long>(XXH3_64bits(payload.data(), payload.size())), payload.size());
  return line;
}

/// The archive inside a checkpoint file, after its length and hash were checked.
torch::serialize::InputArchive open_archive(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  const std::string_view view = content;
  if (!view.starts_with(kMagic)) throw DataError(path.string() + " is not a checkpoint of this version.");
  const size_t line_end = view.find('\n', kMagic.size());
  if (line_end == std::string_view::npos)
    throw DataError(path.string() + " is damaged: it ends within its first lines.");
  const std::string_view payload = view.substr(line_end + 1);
  if (hash_line(payload) != view.substr(kMagic.size(), line_end + 1 - kMagic.size())) {
    throw DataError(path.string() + " is damaged: its " + std::to_string(payload.size()) +
                    " bytes do not have the length and hash that its head names.");
  }
  torch::serialize::InputArchive archive;
  std::istringstream stream{std::string(payload)};
  archive.load_from(stream, c10::Device(c10::kCPU));  // wherever it was saved; loading copies
  return archive;
}

TrainingProgress progress_of(torch::serialize::InputArchive& archive, const std::filesystem::path& path) {
  c10::IValue text;
  archive.read("progress", text);
  try {
    return from_json(nlohmann::json::parse(text.toStringRef()));
  } catch (const nlohmann::json::exception& error) {
    throw DataError(path.string() + " holds no readable progress: " + error.what());
  }
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Agent& agent, const TrainingProgress& progress) {
  torch::serialize::OutputArchive archive, agent_archive;
  agent.save(agent_archive);
  archive.write("agent", agent_archive);
  archive.write("progress", c10::IValue(to_json(progress).dump()));
  std::ostringstream stream;
  archive.save_to(stream);
  const std::string payload = stream.str();
  write_file_atomically(path, std::string(kMagic) + hash_line(payload) + payload);
}

TrainingProgress read_progress(const std::filesystem::path& path) {
  torch::serialize::InputArchive archive = open_archive(path);
  return progress_of(archive, path);
}

TrainingProgress read_checkpoint(const std::filesystem::path& path, Agent& agent) {
  torch::serialize::InputArchive archive = open_archive(path), agent_archive;
  const TrainingProgress progress = progress_of(archive, path);
  if (!archive.try_read("agent", agent_archive)) throw DataError(path.string() + " holds no agent.");
  try {
    agent.load(agent_archive);
  } catch (const DataError& error) {
    throw DataError(path.string() + ": " + error.what());
  }
  return progress;
}

}  // namespace vrkn
