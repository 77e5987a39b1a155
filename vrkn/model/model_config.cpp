#include "vrkn/model/model_config.h"

#include "vrkn/core/error.h"
#include "vrkn/model/observation_noise.h"
#include "vrkn/model/sensor_choices.h"

namespace vrkn::model {

void ObjectiveConfig::validate() const {
  noise_model_from(sensor_noise, "sensor_noise");
  noise_model_from(reward_noise, "reward_noise");
  const SensorChoices weights(sensor_weights, "sensor_weights"), noises(sensor_noises, "sensor_noises");
  for (const auto& [sensor, weight] : weights.entries()) weights.weight(sensor, 1.0);
  for (const auto& [sensor, noise] : noises.entries()) noise_model_from(noise, "sensor_noises for " + sensor);
}

void ObjectiveConfig::check_sensors(const std::vector<env::SensorSpec>& sensors) const {
  std::vector<std::string> names;
  for (const env::SensorSpec& sensor : sensors) names.push_back(sensor.name);
  SensorChoices(sensor_weights, "objective.sensor_weights").check_sensors(names);
  const SensorChoices noises(sensor_noises, "objective.sensor_noises");
  noises.check_sensors(names);
  for (const env::SensorSpec& sensor : sensors) {
    // An image has one number: its pixels share a decoder, and most of them hardly ever change.
    if (sensor.kind == env::SensorKind::kImage && noises.text(sensor.name, sensor_noise) == "learned-per-element") {
      throw ConfigError("objective: the noise of the sensor '" + sensor.name +
                        "' is learned-per-element, which is for vectors; an image's can be a standard deviation or "
                        "learned");
    }
  }
}

}  // namespace vrkn::model
