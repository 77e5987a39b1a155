#include "vrkn/sweep/run_progress.h"

#include <algorithm>
#include <cmath>

#include "vrkn/core/error.h"

namespace vrkn::sweep {
namespace {

std::optional<double> return_of(const MetricRecord& evaluation) {
  const auto found = std::ranges::find(evaluation.metrics, "return", &Metric::name);
  if (found == evaluation.metrics.end() || !std::isfinite(found->value)) return {};
  return found->value;
}

}  // namespace

RunProgress follow(analysis::MetricsFile& metrics) {
  try {
    metrics.read();
  } catch (const DataError&) {
    return {};
  }
  RunProgress progress;
  for (const MetricRecord& record : metrics.records()) {
    progress.env_step = record.env_step;
    if (record.kind == "train") progress.iteration = record.iteration;
    if (record.kind == "held_out") ++progress.evaluations;
    if (record.kind == "evaluate") {
      ++progress.evaluations;
      progress.last_return = return_of(record);
    }
  }
  return progress;
}

}  // namespace vrkn::sweep
