#include "vrkn/bench/measure.h"

#include <algorithm>
#include <cmath>

#include "vrkn/bench/flop_counter.h"
#include "vrkn/bench/stopwatch.h"

namespace vrkn::bench {
namespace {

struct Times {
  int64_t runs = 1;  // in a row
  std::vector<double> wall_s = {}, processor_s = {};

  void add(const Duration& time) {
    wall_s.push_back(time.wall_s / static_cast<double>(runs));
    processor_s.push_back(time.processor_s / static_cast<double>(runs));
  }
};

Cost first_run(const Workload& workload) {
  if (!workload.cost) return {.flop = count_flop(workload.run)};
  workload.run();
  return *workload.cost;
}

/// How many runs in a row take `least_s`. The first run of all took `first_s`, which is more than later ones take.
int64_t runs_in_a_row(const Workload& workload, double first_s, double least_s) {
  constexpr double kWorthARun = 50.0, kMost = 1000.0;
  if (first_s > kWorthARun * least_s) return 1;
  const double once_s = duration_of(workload.run).wall_s;
  return static_cast<int64_t>(std::clamp(std::ceil(least_s / once_s), 1.0, kMost));
}

double time_s(double amount, const std::optional<RateProbe>& probe) {
  return amount > 0.0 && probe ? amount / probe->rate() : 0.0;
}

void set_limit(Row& row, const Probes& probes) {
  const double arithmetic = time_s(row.cost.flop, probes.arithmetic);
  const double copying = time_s(row.cost.bytes_moved, probes.copying);
  const double new_memory = time_s(row.cost.bytes_new, probes.new_memory);
  row.limit_s = std::max(arithmetic, copying) + new_memory;
  row.blas_s = time_s(row.cost.flop, probes.blas);
  if (row.limit_s > 0.0) row.limited_by = arithmetic > copying + new_memory ? "arithmetic" : "memory";
}

}  // namespace

std::vector<Row> measure(const std::vector<Workload>& workloads, Probes& probes, const MeasureOptions& options) {
  std::vector<Row> rows;
  std::vector<Times> times;
  for (const Workload& workload : workloads) {
    Row& row = rows.emplace_back(Row{.work = workload.name, .units = workload.units, .unit = workload.unit});
    const double first_s = duration_of([&] { row.cost = first_run(workload); }).wall_s;
    times.push_back({.runs = runs_in_a_row(workload, first_s, options.least_s)});
  }
  for (int64_t i = 0; i < options.repetitions; ++i) {
    for (std::optional<RateProbe>* probe : {&probes.arithmetic, &probes.blas, &probes.copying, &probes.new_memory}) {
      if (*probe) (*probe)->sample(options.clock);
    }
    for (size_t k = 0; k < workloads.size(); ++k) {
      times[k].add(duration_of([&] {
        for (int64_t run = 0; run < times[k].runs; ++run) workloads[k].run();
      }));
    }
  }
  for (size_t k = 0; k < rows.size(); ++k) {
    rows[k].wall_s = quartiles(times[k].wall_s);
    if (options.clock == Clock::kProcessor) rows[k].processor_s = quartiles(times[k].processor_s);
    set_limit(rows[k], probes);
  }
  return rows;
}

}  // namespace vrkn::bench
