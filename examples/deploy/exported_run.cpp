#include "exported_run.h"

#include <array>
#include <fstream>
#include <iterator>
#include <numeric>
#include <openssl/sha.h>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

namespace deploy {
namespace {

using Json = nlohmann::json;

constexpr int64_t kFormat = 1;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error("cannot read " + path.string() + ": vrkn export writes such a folder");
  return content;
}

std::string sha256(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string text;
  for (const unsigned char byte : digest) {
    for (const int digit : {byte >> 4, byte & 15}) text += "0123456789abcdef"[digit];
  }
  return text;
}

ElementType element_type(const std::string& name) {
  if (name == "float32") return ElementType::kFloat;
  if (name == "uint8") return ElementType::kUint8;
  if (name == "bool") return ElementType::kBool;
  throw std::runtime_error("unknown type " + name + " in model.json");
}

std::vector<Port> ports(const Json& json) {
  std::vector<Port> ports;
  for (const Json& entry : json) {
    Port& port = ports.emplace_back();
    port.name = entry.at("name");
    port.type = element_type(entry.at("type"));
    for (const Json& axis : entry.at("shape")) {
      if (axis.is_string()) {
        port.shape.emplace_back(axis.get<std::string>());
      } else {
        port.shape.emplace_back(axis.get<int64_t>());
      }
    }
    if (entry.contains("neutral")) port.neutral = entry.at("neutral").get<double>();
  }
  return ports;
}

SensorSpec sensor(const Json& json) {
  SensorSpec sensor{.name = json.at("name"),
                    .image = json.at("kind") == "image",
                    .shape = json.at("shape"),
                    .values = 1,
                    .type = element_type(json.at("type")),
                    .mean = json.value("mean", std::vector<float>{}),
                    .std = json.value("std", std::vector<float>{})};
  for (const int64_t length : sensor.shape) sensor.values *= static_cast<size_t>(length);
  if (json.contains("learned_with")) {
    const Json& conditions = json.at("learned_with");
    sensor.interval_min = conditions.at("interval_min");
    sensor.interval_max = conditions.at("interval_max");
    sensor.delay = conditions.at("delay");
    sensor.dropout = conditions.at("dropout");
  }
  return sensor;
}

ExportedRun read(const std::filesystem::path& folder, const Json& json) {
  ExportedRun run{.folder = folder,
                  .task = json.at("run").at("task").is_null() ? "" : json.at("run").at("task"),
                  .model = json.at("model"),
                  .agent = json.at("agent"),
                  .action_size = json.at("action").at("size"),
                  .belief_size = json.at("belief").at("size"),
                  .feature_size = json.at("features").at("size"),
                  .dropout_rate = json.at("dropout").at("rate")};
  const Json& control = json.at("control");
  if (!control.is_null() && !control.at("step_s").is_null()) run.step_s = control.at("step_s").get<double>();
  for (const Json& part : json.at("belief").at("parts")) {
    const BeliefPart place{.offset = part.at("offset"), .size = part.at("size")};
    if (part.at("name") == "mean") run.mean = place;
    if (part.at("name") == "var") run.var = place;
    if (part.at("name") == "sample") run.sample = place;
  }
  if (json.at("dropout").contains("mask_sizes")) {
    for (const auto& [name, size] : json.at("dropout").at("mask_sizes").items()) run.mask_sizes["mask_" + name] = size;
  }
  if (json.contains("monitor") && !json.at("monitor").is_null()) {
    run.monitor = {.window = json.at("monitor").at("window"), .threshold = json.at("monitor").at("threshold")};
    if (run.monitor->window < 1)
      throw std::runtime_error((folder / "model.json").string() + ": a monitor's window is below 1");
  }
  for (const Json& entry : json.at("sensors")) run.sensors.push_back(sensor(entry));
  for (const Json& file : json.at("files")) {
    const std::filesystem::path path = folder / file.at("name").get<std::string>();
    if (sha256(content_of(path)) != file.at("sha256")) {
      throw std::runtime_error(path.string() + " is not the file that model.json describes: its SHA-256 differs");
    }
    if (path.extension() == ".onnx") {
      run.graphs[path.stem()] = {
          .path = path, .inputs = ports(file.at("inputs")), .outputs = ports(file.at("outputs"))};
    }
  }
  for (const char* name : {"filter", "policy", "imagine"}) {
    if (!run.graphs.contains(name)) throw std::runtime_error(folder.string() + " has no " + name + ".onnx");
  }
  return run;
}

}  // namespace

size_t size_of(ElementType type) {
  return type == ElementType::kFloat ? sizeof(float) : 1;
}

ExportedRun load_exported_run(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "model.json";
  const std::string content = content_of(path);
  try {
    const Json json = Json::parse(content);
    if (json.at("format") != kFormat) {
      throw std::runtime_error(path.string() + " has format " + json.at("format").dump() + ", but this program reads " +
                               std::to_string(kFormat));
    }
    return read(folder, json);
  } catch (const Json::exception& error) {
    throw std::runtime_error(path.string() + " is damaged: " + error.what());
  }
}

}  // namespace deploy
