#include "vrkn/data/statistics.h"

#include <ATen/ATen.h>

#include "vrkn/data/episode.h"

namespace vrkn::data {

namespace {

SensorStatistics mean_picture(std::span<const Episode> episodes, size_t sensor, const env::SensorSpec& spec) {
  at::Tensor sum = at::zeros(spec.shape, at::kDouble), count = at::zeros(spec.shape, at::kDouble);
  for (const Episode& episode : episodes) {
    const Readings& readings = episode.observations[sensor];
    at::Tensor counts = readings.valid.view({-1, 1, 1, 1});
    if (readings.visible.defined()) counts = counts & readings.visible.unsqueeze(1);
    counts = counts.expand_as(readings.values);
    sum += (readings.values * counts).sum(0, /*keepdim=*/false, at::kDouble);
    count += counts.sum(0, /*keepdim=*/false, at::kDouble);
  }
  return {(sum / count.clamp_min(1.0)).to(at::kFloat), {}};
}

}  // namespace

std::vector<SensorStatistics> sensor_statistics(std::span<const Episode> episodes,
                                                std::span<const env::SensorSpec> sensors) {
  std::vector<SensorStatistics> statistics(sensors.size());
  for (size_t s = 0; s < sensors.size(); ++s) {
    if (sensors[s].kind == env::SensorKind::kImage) {
      statistics[s] = mean_picture(episodes, s, sensors[s]);
      continue;
    }
    std::vector<at::Tensor> valid_rows{at::empty({0, sensors[s].size()}, at::kDouble)};
    for (const Episode& episode : episodes) {
      const Readings& readings = episode.observations[s];
      valid_rows.push_back(readings.values.index({readings.valid}).to(at::kDouble));
    }
    const at::Tensor rows = at::cat(valid_rows);
    if (rows.size(0) == 0) {
      statistics[s] = {at::zeros({sensors[s].size()}), at::ones({sensors[s].size()})};
      continue;
    }
    const at::Tensor std = rows.std(0, /*unbiased=*/false).clamp_min(kSmallestStd);
    statistics[s] = {rows.mean(0).to(at::kFloat), std.to(at::kFloat)};
  }
  return statistics;
}

}  // namespace vrkn::data
