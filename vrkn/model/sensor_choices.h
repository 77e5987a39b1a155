#pragma once

#include <map>
#include <string>
#include <vector>

namespace vrkn::model {

/// What a configuration chooses for single sensors: entries of the form "sensor=value".
class SensorChoices {
 public:
  /// `key`: the configuration's, for messages. Throws ConfigError when an entry has another form or a sensor comes
  /// twice.
  SensorChoices(const std::vector<std::string>& entries, std::string key);

  /// Throws ConfigError when a choice is for a sensor that is not among these, naming the nearest.
  void check_sensors(const std::vector<std::string>& sensors) const;

  /// What is chosen for `sensor`, else `otherwise`.
  const std::string& text(const std::string& sensor, const std::string& otherwise) const;
  /// The same of weights. Throws ConfigError when what is chosen is not a finite number of at least 0.
  double weight(const std::string& sensor, double otherwise) const;

  const std::map<std::string, std::string>& entries() const { return chosen_; }

 private:
  std::string key_;
  std::map<std::string, std::string> chosen_;
};

}  // namespace vrkn::model
