#include "double_integrator.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace deploy {
namespace {

constexpr double kTick_s = 0.01;         // how finely sensors and the push are resolved
constexpr int64_t kTicksPerReward = 10;  // 0.1 s
constexpr size_t kMostUnderWay = 64;     // readings of a sensor

double seconds(int64_t ticks) {
  return static_cast<double>(ticks) * kTick_s;
}

// The share of pixel `pixel`, which reaches from pixel to pixel + 1, that lies within [low, high].
double covered(int64_t pixel, double low, double high) {
  const auto begin = static_cast<double>(pixel);
  return std::clamp(std::min(high, begin + 1.0) - std::max(low, begin), 0.0, 1.0);
}

// A square of an eighth of the picture's height, [3, height, width].
void draw(double position, int64_t height, int64_t width, std::span<std::byte> pixels) {
  const double half = static_cast<double>(height) / 16.0;
  const double column = static_cast<double>(width) * (0.5 + 0.4 * position);
  const double row = static_cast<double>(height) / 2.0;
  const auto plane = static_cast<size_t>(height * width);
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      const double share = covered(y, row - half, row + half) * covered(x, column - half, column + half);
      const auto grey = static_cast<std::byte>(std::lround(30.0 + 200.0 * share));
      for (size_t channel = 0; channel < 3; ++channel) {
        pixels[channel * plane + static_cast<size_t>(y * width + x)] = grey;
      }
    }
  }
}

}  // namespace

DoubleIntegrator::DoubleIntegrator(const ExportedRun& run, std::vector<SensorTiming> timings, uint64_t seed)
    : random_(seed) {
  if (run.task != "double_integrator") {
    throw std::runtime_error("the demonstration simulates double_integrator, but " + run.folder.string() + " learned " +
                             (run.task.empty() ? "from files" : run.task) + ": --latency 10000 runs without a world");
  }
  for (size_t s = 0; s < run.sensors.size(); ++s) {
    Sensor& sensor = sensors_.emplace_back();
    sensor.spec = run.sensors[s];
    sensor.timing = timings[s];
    sensor.messages.resize(kMostUnderWay);
    for (Message& message : sensor.messages) message.data.resize(sensor.spec.bytes());
  }
}

void DoubleIntegrator::begin() {
  position_ = -0.8 + 1.6 * random_.uniform();
  velocity_ = return_ = 0.0;
  tick_ = 0;
  for (Sensor& sensor : sensors_) {
    sensor.taken = 0;
    for (Message& message : sensor.messages) message.under_way = false;
    take(sensor);
  }
}

void DoubleIntegrator::advance(double until_s, double action, Inbox& inbox) {
  deliver(inbox);
  const double acceleration = std::clamp(action, -1.0, 1.0);
  while (seconds(tick_ + 1) <= until_s + kTick_s / 2) {
    position_ += velocity_ * kTick_s + 0.5 * acceleration * kTick_s * kTick_s;
    velocity_ += acceleration * kTick_s;
    if (std::abs(position_) >= 1.0) {
      position_ = std::clamp(position_, -1.0, 1.0);
      velocity_ = 0.0;
    }
    ++tick_;
    if (tick_ % kTicksPerReward == 0) return_ += 1.0 - position_ * position_ / 2.0 - velocity_ * velocity_ / 20.0;
    for (Sensor& sensor : sensors_) take(sensor);
    deliver(inbox);
  }
}

// Looks, where a look is due.
void DoubleIntegrator::take(Sensor& sensor) {
  const double now_s = seconds(tick_);
  if (now_s + kTick_s / 2 < static_cast<double>(sensor.taken) * sensor.timing.period_s) return;
  ++sensor.taken;
  if (now_s >= sensor.timing.dies_s || random_.uniform() < sensor.timing.dropout) return;
  const auto free = std::ranges::find(sensor.messages, false, &Message::under_way);
  if (free == sensor.messages.end()) return;
  free->under_way = true;
  free->taken_s = now_s;
  free->arrives_s = now_s + sensor.timing.transport_s;
  look(sensor.spec, free->data);
}

void DoubleIntegrator::deliver(Inbox& inbox) {
  for (size_t s = 0; s < sensors_.size(); ++s) {
    for (Message& message : sensors_[s].messages) {
      if (!message.under_way || message.arrives_s > seconds(tick_) + kTick_s / 2) continue;
      inbox.put({s, message.taken_s, message.data});
      message.under_way = false;
    }
  }
}

void DoubleIntegrator::look(const SensorSpec& spec, std::span<std::byte> data) const {
  if (spec.image) return draw(position_, spec.shape[1], spec.shape[2], data);
  const float values[] = {static_cast<float>(position_), static_cast<float>(velocity_)};
  std::memcpy(data.data(), values, data.size());
}

}  // namespace deploy
