#include "vrkn/onnx/model_json.h"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>

#include "vrkn/core/kind_of.h"
#include "vrkn/core/sha256.h"
#include "vrkn/core/version.h"
#include "vrkn/env/control_timestep.h"
#include "vrkn/env/own_world.h"
#include "vrkn/env/task_list.h"
#include "vrkn/onnx/belief_values.h"
#include "vrkn/onnx/model_values.h"
#include "vrkn/onnx/weights.h"
#include "vrkn/run/monitor_file.h"

namespace vrkn::onnx {
namespace {

using Json = nlohmann::ordered_json;

std::vector<float> numbers(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().cpu().contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

/// How often decisions are made. Nothing is known of the world of a run that learned from files.
Json control(const run::TrainedRun& run) {
  if (run.directory.is_offline()) return nullptr;
  const env::EnvironmentConfig& world = run.config.environment;
  const int64_t repeat = world.resolved_action_repeat();
  Json json = {{"action_repeat", repeat}, {"step_s", nullptr}, {"rate_hz", nullptr}};
  if (const auto timestep_s = env::control_timestep_s(world.task)) {
    const double step_s = *timestep_s * static_cast<double>(repeat);
    json["step_s"] = step_s;
    json["rate_hz"] = 1.0 / step_s;
  }
  return json;
}

/// Its kind and its numbers.
Json occlusion_json(const env::OcclusionConfig& config) {
  Json json = {{"kind", kind_of(config)}};
  std::visit(
      [&]<class Chosen>(const Chosen& chosen) {
        Chosen::fields(chosen, [&](const char* name, const auto& value, auto&&...) { json[name] = value; });
      },
      config);
  return json;
}

/// How long episodes were, what disturbed them, and how their pictures were taken. Nothing is known of the world of a
/// run that learned from files.
Json world_json(const run::TrainedRun& run) {
  if (run.directory.is_offline()) return nullptr;
  const env::EnvironmentConfig& world = run.config.environment;
  Json json = {{"episode_steps", nullptr},
               {"transition_noise", world.transition_noise},
               {"occlusion", occlusion_json(world.occlusion)},
               {"camera", world.camera},
               {"picture", world.picture},
               {"image_supersampling", world.image_supersampling}};
  if (!env::is_own_world(world.task)) {
    json["episode_steps"] = env::find_task(world.task).step_limit / world.resolved_action_repeat();
  }
  return json;
}

Json sensor_json(const run::TrainedRun& run, size_t number) {
  const env::SensorSpec& sensor = run.spec.sensors[number];
  const bool image = sensor.kind == env::SensorKind::kImage;
  Json json = {{"name", sensor.name},
               {"kind", image ? "image" : "vector"},
               {"shape", sensor.shape},
               {"type", name_of(image ? ElementType::kUint8 : ElementType::kFloat)}};
  if (image) {
    json["unit"] = "grey level";
    json["low"] = 0;
    json["high"] = 255;
  } else {
    const Weights weights = Weights(run.model(), "model").of("codec_" + sensor.name);
    json["unit"] = "the sensor's own";
    json["mean"] = numbers(weights.tensor("mean"));
    json["std"] = numbers(weights.tensor("std"));
  }
  if (!run.directory.is_offline()) {
    for (const auto& [name, conditions] : run.config.environment.conditions()) {
      if (name != sensor.name) continue;
      json["learned_with"] = {{"interval_min", conditions->interval_min},
                              {"interval_max", conditions->interval_max},
                              {"dropout", conditions->dropout},
                              {"delay", conditions->delay},
                              {"noise", conditions->noise}};
    }
  }
  return json;
}

Json belief_json(const BeliefLayout& layout) {
  const std::vector<std::string> names = {"mean", "var", "sample", "memory"};
  Json parts = Json::array();
  int64_t offset = 0;
  const std::vector<int64_t> lengths = layout.lengths();
  for (size_t i = 0; i < lengths.size(); ++i) {
    parts.push_back({{"name", names[i]}, {"offset", offset}, {"size", lengths[i]}});
    offset += lengths[i];
  }
  return {{"size", layout.size()}, {"parts", parts}};
}

/// What another world is noticed by; null where no monitor was fitted on these weights.
Json monitor_json(const run::TrainedRun& run) {
  const std::optional<run::MonitorFile> monitor = run::find_monitor(run);
  if (!monitor) return nullptr;
  return {{"window", monitor->window}, {"threshold", monitor->threshold}, {"false_alarms", monitor->false_alarms}};
}

/// The rate, and how many components each mask of Monte Carlo dropout has.
Json dropout_json(const run::TrainedRun& run) {
  Json json = {{"rate", std::visit([](const auto& config) { return config.dropout; }, run.config.model)}};
  const std::vector<int64_t> sizes = ModelValues(run).mask_sizes();
  if (!sizes.empty()) json["mask_sizes"] = {{"input", sizes[0]}, {"gate", sizes[1]}, {"hidden", sizes[2]}};
  return json;
}

Json port_json(const Port& port) {
  Json shape = Json::array();
  for (const Dimension& dimension : port.shape) std::visit([&](const auto& axis) { shape.push_back(axis); }, dimension);
  Json json = {{"name", port.name}, {"type", name_of(port.type)}, {"shape", shape}, {"meaning", port.meaning}};
  if (port.neutral) json["neutral"] = *port.neutral;
  return json;
}

Json file_json(const ExportedFile& file) {
  Json json = {{"name", file.name}, {"bytes", file.content.size()}, {"sha256", hexadecimal(sha256(file.content))}};
  if (file.inputs.empty()) return json;
  json["inputs"] = Json::array();
  json["outputs"] = Json::array();
  for (const Port& port : file.inputs) json["inputs"].push_back(port_json(port));
  for (const Port& port : file.outputs) json["outputs"].push_back(port_json(port));
  return json;
}

}  // namespace

nlohmann::ordered_json model_json(const run::TrainedRun& run, const std::vector<ExportedFile>& files) {
  Json json = {{"format", kExportFormat},
               {"vrkn", {{"version", version()}, {"commit", commit()}}},
               {"onnx", {{"opset", kOpset}, {"ir_version", kIrVersion}}},
               {"run",
                {{"name", run.directory.path().filename().string()},
                 {"checkpoint", run.checkpoint.filename().string()},
                 {"seed", run.config.seed},
                 {"task", run.directory.is_offline() ? Json(nullptr) : Json(run.config.environment.task)}}},
               {"model", kind_of(run.config.model)},
               {"agent", kind_of(run.config.agent)},
               {"control", control(run)},
               {"world", world_json(run)},
               {"action", {{"size", run.spec.action_size}, {"low", -1}, {"high", 1}}},
               {"sensors", Json::array()},
               {"belief", belief_json(BeliefLayout::of(run.config.model))},
               {"features", {{"size", model::feature_size(run.config.model)}}},
               {"dropout", dropout_json(run)},
               {"monitor", monitor_json(run)},
               {"files", Json::array()}};
  for (size_t s = 0; s < run.spec.sensors.size(); ++s) json["sensors"].push_back(sensor_json(run, s));
  for (const ExportedFile& file : files) json["files"].push_back(file_json(file));
  return json;
}

}  // namespace vrkn::onnx
