#include "filter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace deploy {

Filter::Filter(const ExportedRun& run, double step_s, int64_t replay_steps)
    : step_s_(step_s), replay_steps_(replay_steps), graph_(run, "filter", {{"batch", 1}}) {
  if (replay_steps < 0) throw std::runtime_error("replay steps: " + std::to_string(replay_steps) + ", allowed: >= 0");
  belief_ = graph_.floats("belief");
  action_ = graph_.floats("action");
  posterior_ = graph_.floats("posterior");
  features_ = graph_.floats("features");
  is_first_ = &graph_.flag("is_first");
  Step step{.action = std::vector<float>(action_.size()), .posterior = std::vector<float>(posterior_.size())};
  for (const SensorSpec& sensor : run.sensors) {
    inputs_.push_back({graph_.bytes(sensor.name), &graph_.flag(sensor.name + "_valid"), sensor.delay});
    step.sensors.push_back({.data = std::vector<std::byte>(sensor.bytes())});
    ahead_ = std::max(ahead_, sensor.delay);
  }
  last_taken_s_.resize(run.sensors.size());
  // The present one, those to come, those to which a reading may return, and the one before them.
  steps_.assign(static_cast<size_t>(replay_steps + ahead_ + 2), step);
  reset();
}

void Filter::reset() {
  now_ = -1;
  first_changed_ = 0;
  std::ranges::fill(last_taken_s_, -std::numeric_limits<double>::infinity());
  for (Step& step : steps_) {
    for (Kept& kept : step.sensors) kept.valid = false;
  }
}

void Filter::advance(std::span<const float> action) {
  if (now_ - first_changed_ >= replay_steps_) update();  // several steps without a decision
  ++now_;
  for (Kept& kept : at(now_ + ahead_).sensors) kept.valid = false;
  std::ranges::copy(action, at(now_).action.begin());
}

Arrival Filter::add(const Reading& reading) {
  const SensorInput& input = inputs_.at(reading.sensor);
  if (reading.data.size() != input.data.size()) {
    throw std::runtime_error("a reading of sensor " + std::to_string(reading.sensor) + " has " +
                             std::to_string(reading.data.size()) +
                             " bytes, expected: " + std::to_string(input.data.size()));
  }
  const double taken = reading.taken_s / step_s_;
  const int64_t step = std::llround(taken) + input.delay;
  if (step > now_ + input.delay) return Arrival::kAhead;
  if (step < 0 || step < now_ - replay_steps_) return Arrival::kTooLate;
  Kept& kept = at(step).sensors[reading.sensor];
  const double distance_s = std::abs(taken - std::round(taken)) * step_s_;
  if (!kept.valid || distance_s <= kept.distance_s) {
    kept.valid = true;
    kept.distance_s = distance_s;
    std::ranges::copy(reading.data, kept.data.begin());
    first_changed_ = std::min(first_changed_, step);
  }
  double& last_s = last_taken_s_[reading.sensor];
  last_s = std::max(last_s, reading.taken_s);
  return step < now_ ? Arrival::kLate : Arrival::kInTime;
}

std::span<const std::byte> Filter::reading(size_t sensor) const {
  const Kept& kept = at(now_).sensors[sensor];
  return kept.valid ? std::span<const std::byte>(kept.data) : std::span<const std::byte>();
}

int64_t Filter::update() {
  const int64_t first = first_changed_;
  for (int64_t step = first; step <= now_; ++step) compute(step);
  first_changed_ = now_ + 1;
  return now_ + 1 - first;
}

void Filter::compute(int64_t step) {
  Step& present = at(step);
  *is_first_ = step == 0;
  if (step > 0) std::ranges::copy(at(step - 1).posterior, belief_.begin());
  std::ranges::copy(present.action, action_.begin());
  for (size_t s = 0; s < inputs_.size(); ++s) {
    *inputs_[s].valid = present.sensors[s].valid;
    if (present.sensors[s].valid) std::ranges::copy(present.sensors[s].data, inputs_[s].data.begin());
  }
  graph_.run();
  std::ranges::copy(posterior_, present.posterior.begin());
}

}  // namespace deploy
