#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vrkn/analysis/bootstrap.h"
#include "vrkn/analysis/curve.h"
#include "vrkn/analysis/grouping.h"
#include "vrkn/analysis/published_scores.h"
#include "vrkn/analysis/run_record.h"

namespace vrkn::analysis {

struct ComparisonOptions {
  std::vector<std::string> group_by = {};  ///< settings; empty: all that are not incidental
  MetricName metric = {};
  std::optional<int64_t> score_step = {};  ///< where scores are taken; without: TaskComparison::score_step says
  BootstrapOptions bootstrap = {};
};

/// One group on one task.
struct GroupResult {
  size_t group = 0;               ///< index into Comparison::groups
  std::vector<size_t> runs = {};  ///< indices of runs with a value of the metric
  QuartileCurve curve = {};
  std::vector<double> scores = {};  ///< of the runs that reach the score step
  Estimate mean = {};               ///< of the scores; NaN without
  double median = 0.0;              ///< of the scores; NaN without
};

struct TaskComparison {
  std::string name = {};
  /// Where scores are taken: the step asked for, or the last that every run has reached.
  double score_step = 0.0;
  std::vector<GroupResult> groups = {};  ///< those that have runs here, by growing group
  std::vector<PublishedResult> published = {};
};

/// One group over all common tasks.
struct OverallResult {
  size_t group = 0;
  MeanCurve curve = {};
  Estimate mean = {};                ///< over tasks of the mean over runs
  Estimate median = {};              ///< over tasks of the mean over runs
  Estimate interquartile_mean = {};  ///< of all runs on all tasks
};

/// Whether runs of one group score higher than those of another.
struct PairComparison {
  size_t first = 0, second = 0;  ///< groups
  Estimate probability = {};     ///< that a run of `first` scores higher than one of `second`
  std::vector<std::string> tasks = {};
};

/// What a set of runs says.
struct Comparison {
  MetricName metric = {};
  double level = 0.95;  ///< of all intervals
  std::vector<RunGroup> groups = {};
  std::vector<SettingDifference> differences = {};
  std::vector<TaskComparison> tasks = {};      ///< sorted by name, those with a value of the metric
  std::vector<std::string> common_tasks = {};  ///< on which all groups have scores
  std::vector<OverallResult> overall = {};     ///< empty without common tasks
  std::vector<PairComparison> pairs =
      {};  ///< every two groups with at least two runs on each common task, the better one first
};

/// Groups, curves, scores and their uncertainty. Groups without a single value of the metric are there, but have no
/// results. Throws as group_runs and curve_of do.
Comparison compare(std::span<const RunRecord> runs, const ComparisonOptions& options = {});

/// What the steps of a metric count: updates for runs that learn from files, else environment steps.
std::string step_name(const MetricName& metric);

}  // namespace vrkn::analysis
