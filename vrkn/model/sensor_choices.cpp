#include "vrkn/model/sensor_choices.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"

namespace vrkn::model {

SensorChoices::SensorChoices(const std::vector<std::string>& entries, std::string key) : key_(std::move(key)) {
  for (const std::string& entry : entries) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos) {
      throw ConfigError(key_ + " has the entry '" + entry + "', but entries must have the form sensor=value");
    }
    if (!chosen_.emplace(entry.substr(0, equals), entry.substr(equals + 1)).second) {
      throw ConfigError(key_ + " names the sensor '" + entry.substr(0, equals) + "' twice");
    }
  }
}

void SensorChoices::check_sensors(const std::vector<std::string>& sensors) const {
  for (const auto& [name, choice] : chosen_) {
    if (std::ranges::find(sensors, name) != sensors.end()) continue;
    throw ConfigError(key_ + " names the sensor '" + name + "', which the model does not have" +
                      did_you_mean(name, sensors));
  }
}

const std::string& SensorChoices::text(const std::string& sensor, const std::string& otherwise) const {
  const auto found = chosen_.find(sensor);
  return found == chosen_.end() ? otherwise : found->second;
}

double SensorChoices::weight(const std::string& sensor, double otherwise) const {
  const auto found = chosen_.find(sensor);
  if (found == chosen_.end()) return otherwise;
  const std::string& text = found->second;
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < 0.0) {
    throw ConfigError(key_ + " gives the sensor '" + sensor + "' the weight '" + text +
                      "', but a weight must be a number of at least 0");
  }
  return value;
}

}  // namespace vrkn::model
