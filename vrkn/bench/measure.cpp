#include "vrkn/bench/measure.h"

#include <algorithm>

#include "vrkn/bench/flop_counter.h"
#include "vrkn/bench/stopwatch.h"

namespace vrkn {
namespace {

struct Times {
  std::vector<double> wall_s, processor_s;
};

Cost warm_up(const Workload& workload) {
  if (!workload.cost) return {.flop = count_flop(workload.run)};
  workload.run();
  return *workload.cost;
}

double time_s(double amount, const std::optional<RateProbe>& probe) {
  return amount > 0.0 && probe ? amount / probe->rate() : 0.0;
}

void set_limit(Row& row, const Probes& probes) {
  const double arithmetic = time_s(row.cost.flop, probes.arithmetic);
  const double copying = time_s(row.cost.bytes_moved, probes.copying);
  const double new_memory = time_s(row.cost.bytes_new, probes.new_memory);
  row.limit_s = std::max(arithmetic, copying) + new_memory;
  if (row.limit_s > 0.0) row.limited_by = arithmetic > copying + new_memory ? "arithmetic" : "memory";
}

}  // namespace

std::vector<Row> measure(const std::vector<Workload>& workloads, Probes& probes, const MeasureOptions& options) {
  std::vector<Row> rows;
  for (const Workload& workload : workloads) {
    rows.push_back({.work = workload.name, .cost = warm_up(workload), .units = workload.units, .unit = workload.unit});
  }
  std::vector<Times> times(workloads.size());
  for (int64_t i = 0; i < options.repetitions; ++i) {
    for (std::optional<RateProbe>* probe : {&probes.arithmetic, &probes.copying, &probes.new_memory}) {
      if (*probe) (*probe)->sample(options.clock);
    }
    for (size_t k = 0; k < workloads.size(); ++k) {
      const Duration time = duration_of(workloads[k].run);
      times[k].wall_s.push_back(time.wall_s);
      times[k].processor_s.push_back(time.processor_s);
    }
  }
  for (size_t k = 0; k < rows.size(); ++k) {
    rows[k].wall_s = quartiles(times[k].wall_s);
    if (options.clock == Clock::kProcessor) rows[k].processor_s = quartiles(times[k].processor_s);
    set_limit(rows[k], probes);
  }
  return rows;
}

}  // namespace vrkn
