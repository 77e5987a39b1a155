#include "vrkn/analysis/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "vrkn/analysis/improvement.h"
#include "vrkn/analysis/statistics.h"

namespace vrkn::analysis {
namespace {

/// The curve of every run; empty where it has no value of the metric.
std::vector<Curve> curves_of(std::span<const RunRecord> runs, const MetricName& metric) {
  std::vector<Curve> curves;
  for (const RunRecord& run : runs) curves.push_back(curve_of(run.metrics, metric));
  return curves;
}

std::vector<Curve> pick(std::span<const Curve> curves, std::span<const size_t> indices) {
  std::vector<Curve> picked;
  for (const size_t i : indices) picked.push_back(curves[i]);
  return picked;
}

/// The last step that all curves reach.
double last_common_step(std::span<const Curve> curves) {
  double step = std::numeric_limits<double>::infinity();
  for (const Curve& curve : curves) step = std::min(step, curve.step.back());
  return step;
}

std::vector<double> scores_at(std::span<const Curve> curves, double step) {
  std::vector<double> scores;
  for (const Curve& curve : curves) {
    const double score = value_at(curve, step);
    if (!std::isnan(score)) scores.push_back(score);
  }
  return scores;
}

class Comparer {
 public:
  Comparer(std::span<const RunRecord> runs, const ComparisonOptions& options)
      : runs_(runs), options_(options), curves_(curves_of(runs, options.metric)) {}

  Comparison compare() {
    Grouping grouping = group_runs(runs_, options_.group_by);
    result_.metric = options_.metric;
    result_.level = options_.bootstrap.level;
    result_.groups = std::move(grouping.groups);
    result_.differences = std::move(grouping.differences);
    std::set<std::string> names;
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (!curves_[i].step.empty()) names.insert(runs_[i].task());
    }
    for (const std::string& name : names) result_.tasks.push_back(compare_on(name));
    add_overall();
    add_pairs();
    return std::move(result_);
  }

 private:
  TaskComparison compare_on(const std::string& name) const {
    TaskComparison task{.name = name};
    if (options_.metric == MetricName{}) task.published = published_results(name);
    std::vector<size_t> all;
    for (size_t g = 0; g < result_.groups.size(); ++g) {
      GroupResult group{.group = g};
      for (const size_t run : result_.groups[g].runs) {
        if (runs_[run].task() == name && !curves_[run].step.empty()) group.runs.push_back(run);
      }
      all.insert(all.end(), group.runs.begin(), group.runs.end());
      if (!group.runs.empty()) task.groups.push_back(std::move(group));
    }
    const std::vector<Curve> curves = pick(curves_, all);
    const std::vector<double> steps = common_steps(curves);
    task.score_step = options_.score_step ? static_cast<double>(*options_.score_step) : last_common_step(curves);
    for (GroupResult& group : task.groups) {
      const std::vector<Curve> own = pick(curves_, group.runs);
      group.curve = quartile_curve(own, steps);
      group.scores = scores_at(own, task.score_step);
      group.mean = bootstrap({group.scores}, mean_over_strata, options_.bootstrap);
      group.median = median(group.scores);
    }
    return task;
  }

  /// What a group achieved on a task; nothing when it has no score there.
  const GroupResult* result_on(const TaskComparison& task, size_t group) const {
    const auto found = std::ranges::find(task.groups, group, &GroupResult::group);
    return found == task.groups.end() || found->scores.empty() ? nullptr : &*found;
  }

  /// Whether a group has a score anywhere.
  bool has_scores(size_t group) const {
    return std::ranges::any_of(result_.tasks, [&](const auto& task) { return result_on(task, group) != nullptr; });
  }

  /// The tasks on which all these groups have scores.
  std::vector<const TaskComparison*> shared_tasks(std::span<const size_t> groups) const {
    std::vector<const TaskComparison*> shared;
    for (const TaskComparison& task : result_.tasks) {
      if (std::ranges::all_of(groups, [&](size_t group) { return result_on(task, group) != nullptr; })) {
        shared.push_back(&task);
      }
    }
    return shared;
  }

  Strata scores_of(std::span<const TaskComparison* const> tasks, size_t group) const {
    Strata scores;
    for (const TaskComparison* task : tasks) scores.push_back(result_on(*task, group)->scores);
    return scores;
  }

  void add_overall() {
    std::vector<size_t> groups;
    for (size_t g = 0; g < result_.groups.size(); ++g) {
      if (has_scores(g)) groups.push_back(g);
    }
    const auto tasks = shared_tasks(groups);
    if (groups.empty() || tasks.empty()) return;
    std::vector<Curve> all;
    for (const TaskComparison* task : tasks) {
      result_.common_tasks.push_back(task->name);
      for (const size_t g : groups) {
        const std::vector<Curve> own = pick(curves_, result_on(*task, g)->runs);
        all.insert(all.end(), own.begin(), own.end());
      }
    }
    const std::vector<double> steps = common_steps(all, /*most=*/120);
    for (const size_t g : groups) {
      std::vector<std::vector<Curve>> by_task;
      for (const TaskComparison* task : tasks) by_task.push_back(pick(curves_, result_on(*task, g)->runs));
      const Strata scores = scores_of(tasks, g);
      result_.overall.push_back(
          {.group = g,
           .curve = mean_curve(by_task, steps, options_.bootstrap),
           .mean = bootstrap(scores, mean_over_strata, options_.bootstrap),
           .median = bootstrap(scores, median_over_strata, options_.bootstrap),
           .interquartile_mean = bootstrap(scores, interquartile_mean_of_all, options_.bootstrap)});
    }
  }

  void add_pairs() {
    for (size_t a = 0; a < result_.groups.size(); ++a) {
      for (size_t b = a + 1; b < result_.groups.size(); ++b) {
        const size_t both[] = {a, b};
        const auto tasks = shared_tasks(both);
        if (tasks.empty()) continue;
        const Strata scores_a = scores_of(tasks, a), scores_b = scores_of(tasks, b);
        const bool a_first = probability_of_improvement(scores_a, scores_b) >= 0.5;
        PairComparison pair{.first = a_first ? a : b,
                            .second = a_first ? b : a,
                            .probability = a_first ? improvement(scores_a, scores_b, options_.bootstrap)
                                                   : improvement(scores_b, scores_a, options_.bootstrap)};
        if (!pair.probability.interval) continue;
        for (const TaskComparison* task : tasks) pair.tasks.push_back(task->name);
        result_.pairs.push_back(std::move(pair));
      }
    }
  }

  std::span<const RunRecord> runs_;
  const ComparisonOptions& options_;
  std::vector<Curve> curves_;
  Comparison result_;
};

}  // namespace

Comparison compare(std::span<const RunRecord> runs, const ComparisonOptions& options) {
  return Comparer(runs, options).compare();
}

std::string step_name(const MetricName& metric) {
  return metric.kind == "held_out" ? "updates" : "environment steps";
}

}  // namespace vrkn::analysis
