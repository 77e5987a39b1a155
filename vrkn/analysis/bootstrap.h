#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <nlohmann/json.hpp>

#include "vrkn/analysis/statistics.h"

namespace vrkn::analysis {

/// Scores of one group of runs: one stratum per task, in it one score per run.
using Strata = std::vector<std::vector<double>>;

/// A statistic of the runs there are, and between which bounds it may lie for others like them.
struct Estimate {
  double value = 0.0;
  std::optional<Interval> interval = {};  ///< none where a stratum has fewer than two runs
};

/// "value", null where it is not finite, and "low" and "high", null where there is no interval.
nlohmann::ordered_json to_json(const Estimate& estimate);

struct BootstrapOptions {
  int64_t resamples = 2000;  ///< >= 1
  double level = 0.95;       ///< probability of the interval, in (0, 1)
  uint64_t seed = 0;
};

/// Which runs count in one resample: for every stratum as many indices as it has runs.
using Resample = std::vector<std::vector<size_t>>;

/// Draws with replacement within each stratum, from the stream ("bootstrap", 0) of the seed.
/// Source: Agarwal et al. 2021 (statistics.h), Sec. 4.1; B. Efron, "Bootstrap methods", 1979.
std::vector<Resample> stratified_resamples(std::span<const size_t> stratum_sizes, const BootstrapOptions& options);

/// The values of `scores` that a resample names.
Strata chosen(const Strata& scores, const Resample& resample);

/// The interval that holds a share `level` of the values, as much of the rest below as above it (Efron's percentile
/// interval).
Interval percentile_interval(const std::vector<double>& values, double level);

/// A statistic with its stratified bootstrap interval.
Estimate bootstrap(const Strata& scores, const std::function<double(const Strata&)>& statistic,
                   const BootstrapOptions& options = {});

/// The mean over strata of the mean within each; NaN when one is empty.
double mean_over_strata(const Strata& scores);
/// The median over strata of the mean within each.
double median_over_strata(const Strata& scores);
/// The interquartile mean of all values of all strata together.
double interquartile_mean_of_all(const Strata& scores);

}  // namespace vrkn::analysis
