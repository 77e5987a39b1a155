#include "vrkn/evaluation/open_loop_errors.h"

#include <cmath>
#include <limits>

#include <ATen/ATen.h>

#include "vrkn/math/to_doubles.h"

namespace vrkn::evaluation {

at::Tensor values_that_count(const data::Readings& readings) {
  at::Tensor counts = readings.valid;
  while (counts.dim() < readings.values.dim()) counts = counts.unsqueeze(-1);
  if (readings.visible.defined()) counts = counts & readings.visible.unsqueeze(-3);
  return counts.expand_as(readings.values);
}

double StepErrors::mean(int64_t begin, int64_t end) const {
  double sum = 0.0;
  int64_t count = 0;
  for (auto t = static_cast<size_t>(begin); t < static_cast<size_t>(end); ++t) {
    if (std::isnan(by_step[t])) continue;
    sum += by_step[t];
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

OpenLoopErrors::OpenLoopErrors(std::span<const env::SensorSpec> sensors, int64_t steps)
    : reward_{"reward", 1.0, at::zeros({steps}, at::kDouble), at::zeros({steps}, at::kDouble)} {
  for (const env::SensorSpec& sensor : sensors) {
    const double scale = sensor.kind == env::SensorKind::kImage ? 1.0 / 255.0 : 1.0;
    sensors_.push_back({sensor.name, scale, at::zeros({steps}, at::kDouble), at::zeros({steps}, at::kDouble)});
  }
}

void OpenLoopErrors::add(Sum& sum, const at::Tensor& predicted, const at::Tensor& truth, const at::Tensor& counts) {
  const at::Tensor weight = counts.to(at::kDouble);
  const at::Tensor error = (predicted.cpu().to(at::kDouble) - truth.to(at::kDouble)) * sum.scale;
  const auto over_all_but_time = [](const at::Tensor& values) { return values.transpose(0, 1).flatten(1).sum(1); };
  // Not in place: copies of this object share their tensors.
  sum.squared = sum.squared + over_all_but_time(error.square() * weight);
  sum.count = sum.count + over_all_but_time(weight);
}

void OpenLoopErrors::add(const model::OpenLoop& predicted, const data::Batch& truth) {
  const data::Batch host = truth.to(c10::kCPU);
  for (size_t s = 0; s < predicted.sensors.size(); ++s) {
    if (!predicted.sensors[s].defined()) continue;
    const data::Readings& readings = host.observations[s];
    sensors_[s].is_predicted = true;
    add(sensors_[s], predicted.sensors[s].mean, readings.values, values_that_count(readings));
  }
  const at::Tensor rewards = host.rewards.squeeze(-1);
  add(reward_, predicted.reward.mean, rewards, at::ones_like(rewards));
}

std::vector<StepErrors> OpenLoopErrors::errors() const {
  std::vector<StepErrors> all;
  const auto put = [&all](const Sum& sum) {
    all.push_back({sum.name, math::to_doubles(sum.squared / sum.count)});  // NaN where nothing counts
  };
  for (const Sum& sum : sensors_) {
    if (sum.is_predicted) put(sum);
  }
  put(reward_);
  return all;
}

}  // namespace vrkn::evaluation
