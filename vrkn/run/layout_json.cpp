#include "vrkn/run/layout_json.h"

#include "vrkn/core/error.h"

namespace vrkn::run {
namespace {

env::SensorSpec sensor_from_json(const nlohmann::json& json, const std::string& source) {
  const bool image = json.at("kind") == "image";
  if (!image && json.at("kind") != "vector")
    throw DataError(source + " names a sensor that is neither image nor vector.");
  env::SensorSpec sensor{.name = json.at("name").get<std::string>(),
                         .kind = image ? env::SensorKind::kImage : env::SensorKind::kVector,
                         .shape = json.at("shape").get<std::vector<int64_t>>(),
                         .masked = json.at("masked").get<bool>()};
  if (sensor.shape.size() != (image ? 3u : 1u) || sensor.size() < 1) {
    throw DataError(source + ": the sensor '" + sensor.name + "' has a wrong shape.");
  }
  return sensor;
}

}  // namespace

nlohmann::ordered_json to_json(const data::EpisodeLayout& layout) {
  auto sensors = nlohmann::ordered_json::array();
  for (const env::SensorSpec& sensor : layout.sensors) {
    sensors.push_back({{"name", sensor.name},
                       {"kind", sensor.kind == env::SensorKind::kImage ? "image" : "vector"},
                       {"shape", sensor.shape},
                       {"masked", sensor.masked}});
  }
  return {{"sensors", sensors}, {"action_size", layout.action_size}};
}

data::EpisodeLayout layout_from_json(const nlohmann::json& json, const std::string& source) {
  data::EpisodeLayout layout;
  try {
    for (const nlohmann::json& sensor : json.at("sensors")) layout.sensors.push_back(sensor_from_json(sensor, source));
    json.at("action_size").get_to(layout.action_size);
  } catch (const nlohmann::json::exception& error) {
    throw DataError(source + " does not say which sensors there are: " + error.what());
  }
  if (layout.sensors.empty()) throw DataError(source + " names no sensor.");
  return layout;
}

}  // namespace vrkn::run
