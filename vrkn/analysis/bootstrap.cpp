#include "vrkn/analysis/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "vrkn/core/random.h"

namespace vrkn::analysis {
namespace {

std::vector<size_t> sizes_of(const Strata& scores) {
  std::vector<size_t> sizes;
  for (const std::vector<double>& stratum : scores) sizes.push_back(stratum.size());
  return sizes;
}

std::vector<double> means_of(const Strata& scores) {
  std::vector<double> means;
  for (const std::vector<double>& stratum : scores) means.push_back(mean(stratum));
  return means;
}

}  // namespace

nlohmann::ordered_json to_json(const Estimate& estimate) {
  nlohmann::ordered_json json = {{"value", nullptr}, {"low", nullptr}, {"high", nullptr}};
  if (std::isfinite(estimate.value)) json["value"] = estimate.value;
  if (estimate.interval) {
    json["low"] = estimate.interval->low;
    json["high"] = estimate.interval->high;
  }
  return json;
}

std::vector<Resample> stratified_resamples(std::span<const size_t> stratum_sizes, const BootstrapOptions& options) {
  ScalarGenerator random(derive_seed(options.seed, "bootstrap"));
  std::vector<Resample> resamples(static_cast<size_t>(options.resamples));
  for (Resample& resample : resamples) {
    for (const size_t size : stratum_sizes) {
      std::vector<size_t>& indices = resample.emplace_back(size);
      for (size_t& index : indices) index = static_cast<size_t>(random.integer(0, static_cast<int64_t>(size) - 1));
    }
  }
  return resamples;
}

Strata chosen(const Strata& scores, const Resample& resample) {
  Strata values(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    values[i].reserve(resample[i].size());
    for (const size_t index : resample[i]) values[i].push_back(scores[i][index]);
  }
  return values;
}

Interval percentile_interval(const std::vector<double>& values, double level) {
  return {.low = quantile(values, 0.5 * (1.0 - level)), .high = quantile(values, 0.5 * (1.0 + level))};
}

Estimate bootstrap(const Strata& scores, const std::function<double(const Strata&)>& statistic,
                   const BootstrapOptions& options) {
  Estimate estimate{.value = statistic(scores)};
  const std::vector<size_t> sizes = sizes_of(scores);
  if (sizes.empty() || std::ranges::min(sizes) < 2) return estimate;
  std::vector<double> values;
  for (const Resample& resample : stratified_resamples(sizes, options)) {
    values.push_back(statistic(chosen(scores, resample)));
  }
  estimate.interval = percentile_interval(values, options.level);
  return estimate;
}

double mean_over_strata(const Strata& scores) {
  return mean(means_of(scores));
}

double median_over_strata(const Strata& scores) {
  return median(means_of(scores));
}

double interquartile_mean_of_all(const Strata& scores) {
  std::vector<double> all;
  for (const std::vector<double>& stratum : scores) all.insert(all.end(), stratum.begin(), stratum.end());
  return interquartile_mean(std::move(all));
}

}  // namespace vrkn::analysis
