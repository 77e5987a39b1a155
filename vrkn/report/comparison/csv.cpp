#include "vrkn/report/comparison/csv.h"

#include <cmath>
#include <initializer_list>

#include <fmt/format.h>

#include "vrkn/core/file.h"

namespace vrkn::report {
namespace {

std::string text(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string text(size_t value) {
  return fmt::format("{}", value);
}

std::string low(const analysis::Estimate& estimate) {
  return estimate.interval ? text(estimate.interval->low) : std::string();
}

std::string high(const analysis::Estimate& estimate) {
  return estimate.interval ? text(estimate.interval->high) : std::string();
}

class Table {
 public:
  Table(std::initializer_list<std::string> header) { add(header); }
  void add(std::initializer_list<std::string> fields) { content_ += csv_line({fields.begin(), fields.size()}); }
  void write(const std::filesystem::path& path) const { write_file_atomically(path, content_); }

 private:
  std::string content_;
};

/// Paths are seen from `folder`, so that runs and report can move together.
Table runs_table(const std::filesystem::path& folder, const analysis::Comparison& comparison,
                 std::span<const analysis::RunRecord> runs) {
  Table table{"run", "group", "task", "seed", "last_step", "started", "commit", "path"};
  for (const analysis::RunGroup& group : comparison.groups) {
    for (const size_t i : group.runs) {
      const analysis::RunRecord& run = runs[i];
      table.add({run.name, group.label, run.task(), run.seed(), fmt::format("{}", run.last_step()),
                 run.provenance.started, run.provenance.commit,
                 std::filesystem::proximate(run.path, std::filesystem::absolute(folder)).string()});
    }
  }
  return table;
}

Table curves_table(const analysis::Comparison& comparison) {
  Table table{"task", "group", "step", "runs", "quartile_25", "median", "quartile_75"};
  for (const analysis::TaskComparison& task : comparison.tasks) {
    for (const analysis::GroupResult& result : task.groups) {
      const analysis::QuartileCurve& curve = result.curve;
      for (size_t i = 0; i < curve.step.size(); ++i) {
        table.add({task.name, comparison.groups[result.group].label, text(curve.step[i]),
                   fmt::format("{}", curve.runs[i]), text(curve.low[i]), text(curve.median[i]), text(curve.high[i])});
      }
    }
  }
  return table;
}

Table mean_curves_table(const analysis::Comparison& comparison) {
  Table table{"group", "step", "mean", "low", "high"};
  for (const analysis::OverallResult& result : comparison.overall) {
    const analysis::MeanCurve& curve = result.curve;
    for (size_t i = 0; i < curve.step.size(); ++i) {
      table.add({comparison.groups[result.group].label, text(curve.step[i]), text(curve.mean[i]), text(curve.low[i]),
                 text(curve.high[i])});
    }
  }
  return table;
}

Table scores_table(const analysis::Comparison& comparison) {
  Table table{"task", "group", "step", "runs", "mean", "mean_low", "mean_high", "median"};
  for (const analysis::TaskComparison& task : comparison.tasks) {
    for (const analysis::GroupResult& result : task.groups) {
      table.add({task.name, comparison.groups[result.group].label, text(task.score_step), text(result.scores.size()),
                 text(result.mean.value), low(result.mean), high(result.mean), text(result.median)});
    }
  }
  return table;
}

Table overall_table(const analysis::Comparison& comparison) {
  Table table{"group", "statistic", "value", "low", "high"};
  for (const analysis::OverallResult& result : comparison.overall) {
    const std::string& label = comparison.groups[result.group].label;
    const auto add = [&](const char* statistic, const analysis::Estimate& estimate) {
      table.add({label, statistic, text(estimate.value), low(estimate), high(estimate)});
    };
    add("interquartile_mean", result.interquartile_mean);
    add("mean", result.mean);
    add("median_of_tasks", result.median);
  }
  return table;
}

Table improvement_table(const analysis::Comparison& comparison) {
  Table table{"group", "over", "tasks", "probability", "low", "high"};
  for (const analysis::PairComparison& pair : comparison.pairs) {
    table.add({comparison.groups[pair.first].label, comparison.groups[pair.second].label, text(pair.tasks.size()),
               text(pair.probability.value), low(pair.probability), high(pair.probability)});
  }
  return table;
}

Table published_table(const analysis::Comparison& comparison) {
  Table table{"task", "name", "step", "low", "high", "source"};
  for (const analysis::TaskComparison& task : comparison.tasks) {
    for (const analysis::PublishedResult& result : task.published) {
      for (const analysis::PublishedScore& score : result.scores) {
        table.add(
            {task.name, result.name, fmt::format("{}", score.step), text(score.low), text(score.high), result.source});
      }
    }
  }
  return table;
}

}  // namespace

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

void write_comparison_csv(const std::filesystem::path& folder, const analysis::Comparison& comparison,
                          std::span<const analysis::RunRecord> runs) {
  runs_table(folder, comparison, runs).write(folder / "runs.csv");
  curves_table(comparison).write(folder / "curves.csv");
  mean_curves_table(comparison).write(folder / "mean_curves.csv");
  scores_table(comparison).write(folder / "scores.csv");
  overall_table(comparison).write(folder / "overall.csv");
  improvement_table(comparison).write(folder / "improvement.csv");
  published_table(comparison).write(folder / "published.csv");
}

}  // namespace vrkn::report
