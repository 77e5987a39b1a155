#include "monitor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

namespace deploy {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const ExportedRun& monitored(const ExportedRun& run) {
  if (!run.monitor) {
    throw std::runtime_error(run.folder.string() + " has no monitor: vrkn eval --fit-monitor, then vrkn export again");
  }
  return run;
}

double value_at(std::span<const std::byte> data, size_t i, bool image) {
  if (image) return std::to_integer<int>(data[i]);
  float value;
  std::memcpy(&value, data.data() + i * sizeof(float), sizeof(float));
  return static_cast<double>(value);
}

}  // namespace

Monitor::Monitor(const ExportedRun& run)
    : threshold_(monitored(run).monitor->threshold),
      error_(kNan),
      errors_(static_cast<size_t>(run.monitor->window), kNan),
      imagine_(run, "imagine", {{"batch", 1}, {"horizon", 1}}),
      decode_(run, "decode", {{"batch", 1}}) {
  belief_ = imagine_.floats("belief");
  action_ = imagine_.floats("actions");
  features_ = imagine_.floats("features");
  features_in_ = decode_.floats("features");
  for (const Port& port : run.graphs.at("decode").outputs) {
    for (size_t s = 0; s < run.sensors.size(); ++s) {
      const SensorSpec& sensor = run.sensors[s];
      if (port.name != sensor.name + "_mean") continue;
      expected_.push_back({s, sensor.image, decode_.floats(port.name), decode_.floats(sensor.name + "_var")});
    }
  }
}

void Monitor::reset() {
  std::ranges::fill(errors_, kNan);
  seen_ = 0;
  error_ = kNan;
}

void Monitor::observe(const Filter& filter) {
  if (filter.step() < 1) return;
  std::ranges::copy(filter.belief_before(), belief_.begin());
  std::ranges::copy(filter.action(), action_.begin());
  imagine_.run();
  std::ranges::copy(features_, features_in_.begin());
  decode_.run();
  double squares = 0.0, count = 0.0;
  for (const Expected& expected : expected_) {
    const std::span<const std::byte> reading = filter.reading(expected.sensor);
    if (reading.empty()) continue;
    for (size_t i = 0; i < expected.mean.size(); ++i) {
      const double difference = value_at(reading, i, expected.image) - static_cast<double>(expected.mean[i]);
      squares += difference * difference / static_cast<double>(expected.var[i]);
    }
    count += static_cast<double>(expected.mean.size());
  }
  errors_[seen_++ % errors_.size()] = squares / count;  // NaN where nothing came
  double sum = 0.0, known = 0.0;
  for (const double error : errors_) {
    if (std::isnan(error)) continue;
    sum += error;
    ++known;
  }
  error_ = sum / known;
}

}  // namespace deploy
