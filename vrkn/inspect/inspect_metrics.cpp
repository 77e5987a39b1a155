#include <cmath>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/analysis/metrics_file.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/inspect/inspect_files.h"
#include "vrkn/inspect/value_range.h"

namespace vrkn::inspect {
namespace {

/// The numbers of one metric of one kind of record.
struct Series {
  std::string name;
  ValueRange values;
  double last = 0.0;
};

class MetricsSummary {
 public:
  /// Throws DataError with what is wrong with the line.
  void add(std::string_view line) {
    const MetricRecord record = analysis::parse_metric_record(line);
    if (record.env_step < last_step_) {
      throw DataError(fmt::format("it goes back from step {} to {}", last_step_, record.env_step));
    }
    last_step_ = record.env_step;
    last_iteration_ = record.iteration;
    ++records_[record.kind];
    for (const Metric& metric : record.metrics) {
      if (std::isnan(metric.value)) {
        throw DataError("it has no number for '" + metric.name + "': it was NaN or infinite");
      }
      add(record.kind + "/" + metric.name, metric.value);
    }
  }

  void report(Inspection& inspection) const {
    for (const auto& [kind, count] : records_) inspection.facts.push_back({"records '" + kind + "'", count});
    inspection.facts.push_back({"last iteration", last_iteration_});
    inspection.facts.push_back({"last step", last_step_});
    for (const Series& series : series_) {
      Inspection part{.name = series.name, .what = "numbers", .facts = series.values.facts()};
      part.facts.insert(part.facts.begin(), {{"count", series.values.count()}, {"last", series.last}});
      inspection.parts.push_back(std::move(part));
    }
  }

 private:
  void add(const std::string& name, double value) {
    const auto [entry, is_new] = numbers_.try_emplace(name, series_.size());
    if (is_new) series_.push_back({name, {}, 0.0});
    Series& series = series_[entry->second];
    series.values.add(value);
    series.last = value;
  }

  std::map<std::string, int64_t> records_;
  std::vector<Series> series_;             // in the order in which they first came
  std::map<std::string, size_t> numbers_;  // of the series
  int64_t last_step_ = 0, last_iteration_ = 0;
};

}  // namespace

Inspection inspect_metrics(const std::filesystem::path& path, const std::string& name) {
  return inspect_file(path, name, "metrics, one record per line", [&](Inspection& inspection) {
    const std::string content = read_file(path);
    MetricsSummary summary;
    std::string_view rest = content;
    for (int64_t number = 1; !rest.empty(); ++number) {
      const size_t end = rest.find('\n');
      if (end == std::string_view::npos) {
        inspection.faults.push_back(fmt::format("line {} at byte {} is cut short after {} bytes", number,
                                                content.size() - rest.size(), rest.size()));
        break;
      }
      try {
        summary.add(rest.substr(0, end));
      } catch (const DataError& fault) {
        inspection.faults.push_back(
            fmt::format("line {} at byte {}: {}", number, content.size() - rest.size(), fault.what()));
      }
      rest.remove_prefix(end + 1);
    }
    summary.report(inspection);
  });
}

}  // namespace vrkn::inspect
