#include "vrkn/env/spec.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

constexpr std::array<std::string_view, 6> kTaken = {"action", "reward", "discount", "is_first", "total", "kl"};

bool is_good_name(std::string_view name) {
  const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::ranges::all_of(name, is_word) && std::ranges::find(kTaken, name) == kTaken.end() &&
         !name.ends_with("_valid") && !name.ends_with("_visible");
}

}  // namespace

void check_sensors(const std::vector<SensorSpec>& sensors) {
  for (const SensorSpec& sensor : sensors) {
    if (!is_good_name(sensor.name)) {
      throw ConfigError("a sensor cannot be called \"" + sensor.name +
                        "\": letters, digits and _ are allowed, but not the names of other arrays and metrics");
    }
    if (std::ranges::count(sensors, sensor.name, &SensorSpec::name) > 1) {
      throw ConfigError("two sensors are called \"" + sensor.name + "\"");
    }
    if (sensor.masked && sensor.kind != SensorKind::kImage) {
      throw ConfigError("the sensor \"" + sensor.name + "\" is masked, but only images have a mask");
    }
  }
}

}  // namespace vrkn::env
