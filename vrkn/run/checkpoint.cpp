#include "vrkn/run/checkpoint.h"

#include <ATen/core/ivalue.h>
#include <torch/serialize/archive.h>
#define XXH_INLINE_ALL  // the hash from its header: no library to link
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string_view>
#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/layout_json.h"
#include "vrkn/run/resumable.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::run {
namespace {

constexpr std::string_view kName = "vrkn checkpoint ";
constexpr std::string_view kVersion = "1";
constexpr size_t kHashDigits = 16;

nlohmann::json to_json(const TrainingProgress& progress) {
  return {{"iteration", progress.iteration},
          {"updates", progress.updates},
          {"updates_in_iteration", progress.updates_in_iteration},
          {"episodes", progress.episodes},
          {"env_steps", progress.env_steps},
          {"evaluated_iteration", progress.evaluated_iteration},
          {"last_return", progress.last_return},
          {"best_score", progress.best_score},
          {"best_updates", progress.best_updates},
          {"rollbacks", progress.rollbacks},
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
  progress.best_score = json.value("best_score", progress.best_score);  // earlier builds did not look for the best
  progress.best_updates = json.value("best_updates", progress.best_updates);
  progress.rollbacks = json.value("rollbacks", progress.rollbacks);  // nor went back
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

/// The payload of a checkpoint file, once its version, length and hash are checked.
std::string_view checked_payload(std::string_view content, const std::string& path) {
  const auto line = [&](size_t begin) {
    const size_t end = content.find('\n', begin);
    if (end == std::string_view::npos) throw DataError(path + " is damaged: it ends within its first lines.");
    return content.substr(begin, end + 1 - begin);
  };
  if (!content.starts_with(kName.substr(0, content.size()))) {
    throw DataError(path + " is no checkpoint, or damaged: it does not begin with '" + std::string(kName) + "'.");
  }
  const std::string_view first = line(0);
  const std::string_view version = first.substr(kName.size(), first.size() - 1 - kName.size());
  if (version != kVersion) {
    throw DataError(path + " is a checkpoint of version '" + std::string(version.substr(0, 20)) +
                    "'; this program reads version " + std::string(kVersion) + ".");
  }
  const std::string_view second = line(first.size());
  const std::string_view payload = content.substr(first.size() + second.size());
  const std::string found = hash_line(payload);
  if (found == second) return payload;
  const size_t space = found.find(' ') + 1;
  if (second.size() > space && found.substr(space) != second.substr(space)) {
    throw DataError(path + " is damaged: its head promises " +
                    std::string(second.substr(space, second.size() - space - 1)) + " bytes, but it holds " +
                    std::to_string(payload.size()) + ".");
  }
  throw DataError(path + " is damaged: the hash of its " + std::to_string(payload.size()) +
                  " bytes is not the one that its head names, so some of them have changed.");
}

/// The archive inside a checkpoint.
torch::serialize::InputArchive unpack(std::string_view content, const std::string& source) {
  torch::serialize::InputArchive archive;
  std::istringstream stream{std::string(checked_payload(content, source))};
  archive.load_from(stream, c10::Device(c10::kCPU));  // wherever it was saved; loading copies
  return archive;
}

TrainingProgress progress_of(torch::serialize::InputArchive& archive, const std::string& source) {
  c10::IValue text;
  archive.read("progress", text);
  try {
    return from_json(nlohmann::json::parse(text.toStringRef()));
  } catch (const nlohmann::json::exception& error) {
    throw DataError(source + " holds no readable progress: " + error.what());
  }
}

/// Loads the agent that an archive holds under `key`.
void load_agent(torch::serialize::InputArchive& archive, const std::string& source, const std::string& key,
                agent::Agent& agent) {
  torch::serialize::InputArchive agent_archive;
  if (!archive.try_read(key, agent_archive)) throw DataError(source + " holds no " + key + ".");
  try {
    agent.load(agent_archive);
  } catch (const DataError& error) {
    throw DataError(source + ": " + error.what());
  }
}

void save_agent(const agent::Agent& agent, const std::string& key, torch::serialize::OutputArchive& archive) {
  torch::serialize::OutputArchive agent_archive;
  agent.save(agent_archive);
  archive.write(key, agent_archive);
}

void collect_tensors(torch::serialize::InputArchive& archive, const std::string& place,
                     std::vector<SavedTensor>& tensors) {
  for (const std::string& key : archive.keys()) {
    const std::string name = place.empty() ? key : place + "/" + key;
    torch::serialize::InputArchive inner;
    at::Tensor tensor;
    if (archive.try_read(key, inner)) {
      collect_tensors(inner, name, tensors);
    } else if (archive.try_read(key, tensor) || archive.try_read(key, tensor, /*is_buffer=*/true)) {
      tensors.push_back({name, tensor});
    }
  }
}

}  // namespace

std::string checkpoint_content(const agent::Agent& agent, const ExperimentConfig& config,
                               const TrainingProgress& progress, const agent::Agent* snapshot) {
  torch::serialize::OutputArchive archive;
  save_agent(agent, "agent", archive);
  if (snapshot != nullptr) save_agent(*snapshot, "snapshot", archive);
  archive.write("config", c10::IValue(config::to_toml(config, config::Comments::kNone)));
  if (const model::WorldModel* model = agent.world_model()) {
    archive.write("layout", c10::IValue(to_json(data::EpisodeLayout{model->sensors(), model->action_size()}).dump()));
  }
  archive.write("progress", c10::IValue(to_json(progress).dump()));
  std::ostringstream stream;
  archive.save_to(stream);
  const std::string payload = stream.str();
  std::string content = std::string(kName) + std::string(kVersion) + "\n" + hash_line(payload);
  return content += payload;
}

void write_checkpoint(const std::filesystem::path& path, const agent::Agent& agent, const ExperimentConfig& config,
                      const TrainingProgress& progress, const agent::Agent* snapshot) {
  write_file_atomically(path, checkpoint_content(agent, config, progress, snapshot));
}

TrainingProgress read_progress(const std::filesystem::path& path) {
  return Checkpoint(path).progress();
}

std::string checkpoint_hash(const std::filesystem::path& path) {
  const std::string first = std::string(kName) + std::string(kVersion) + "\n";
  std::string head(first.size() + kHashDigits, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(head.data(), static_cast<std::streamsize>(head.size())) || !head.starts_with(first)) {
    throw DataError(path.string() + " is no checkpoint of version " + std::string(kVersion) + ".");
  }
  return head.substr(first.size());
}

void copy_agent(const agent::Agent& from, agent::Agent& to) {
  torch::serialize::OutputArchive saved;
  from.save(saved);
  std::stringstream stream;
  saved.save_to(stream);
  torch::serialize::InputArchive archive;
  archive.load_from(stream, c10::Device(c10::kCPU));
  to.load(archive);
}

Checkpoint::Checkpoint(const std::filesystem::path& path) : Checkpoint(read_file(path), path.string()) {}

Checkpoint::Checkpoint(std::string_view content, std::string sender)
    : source_(std::move(sender)), archive_(unpack(content, source_)), progress_(progress_of(archive_, source_)) {}

std::optional<ExperimentConfig> Checkpoint::config() const {
  c10::IValue text;
  if (!archive_.try_read("config", text)) return std::nullopt;
  ExperimentConfig config;
  config::apply_entries(config::parse_toml(text.toStringRef(), source_), config);
  return config;
}

std::optional<data::EpisodeLayout> Checkpoint::layout() const {
  c10::IValue text;
  if (!archive_.try_read("layout", text)) return std::nullopt;
  return layout_from_json(nlohmann::json::parse(text.toStringRef(), nullptr, /*allow_exceptions=*/false), source_);
}

void Checkpoint::check_resumable(const ExperimentConfig& config) const {
  if (const std::optional<ExperimentConfig> begun = this->config()) {
    run::check_resumable(*begun, config, progress_.iteration);
  }
}

void Checkpoint::load_to_learn(agent::Agent& agent) const {
  load_agent(archive_, source_, "agent", agent);
}

void Checkpoint::load_to_act(agent::Agent& agent) const {
  load_to_learn(agent);
  agent.exchange_averages();
}

void Checkpoint::load_snapshot(agent::Agent& agent) const {
  load_agent(archive_, source_, "snapshot", agent);
}

std::vector<SavedTensor> Checkpoint::tensors() const {
  torch::serialize::InputArchive agent_archive;
  if (!archive_.try_read("agent", agent_archive)) throw DataError(source_ + " holds no agent.");
  std::vector<SavedTensor> tensors;
  collect_tensors(agent_archive, "", tensors);
  std::ranges::sort(tensors, {}, &SavedTensor::name);
  return tensors;
}

}  // namespace vrkn::run
