#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vrkn/bench/quartiles.h"
#include "vrkn/bench/rate_probe.h"

namespace vrkn::bench {

/// What some work needs at least.
struct Cost {
  double flop = 0.0;         ///< multiplications and additions
  double bytes_moved = 0.0;  ///< read and written
  double bytes_new = 0.0;    ///< of results in memory that the operating system hands out anew
};

/// Something to be timed.
struct Workload {
  std::string name;
  std::function<void()> run;
  /// Unless it is given, the FLOP of LibTorch's products and convolutions are counted in the warm-up (flop_counter.h).
  std::optional<Cost> cost = std::nullopt;
  double units = 0.0;     ///< what one run does, for a rate; 0: no rate
  std::string unit = {};  ///< such as "control steps"
};

/// What was found about one workload.
struct Row {
  std::string work;
  Cost cost = {};
  Quartiles wall_s = {};
  std::optional<Quartiles> processor_s = std::nullopt;  ///< of one thread
  double limit_s = 0.0;         ///< the least time possible, by `limited_by`; 0: no limit is known
  std::string limited_by = {};  ///< "arithmetic", "memory", or what it is compared with
  double blas_s = 0.0;          ///< what LibTorch's BLAS would take for that arithmetic; 0: not measured
  double units = 0.0;
  std::string unit = {};

  /// What counts: processor time where there is one, else the clock's.
  const Quartiles& time_s() const { return processor_s ? *processor_s : wall_s; }
  /// The median over the limit.
  double ratio() const { return time_s().median / limit_s; }
  /// The median over BLAS's time.
  double ratio_to_blas() const { return time_s().median / blas_s; }
};

/// What this machine can do; where a probe is missing, that is no limit.
struct Probes {
  std::optional<RateProbe> arithmetic = std::nullopt;  ///< FLOP per second
  std::optional<RateProbe> blas = std::nullopt;     ///< the same by LibTorch's BLAS; no limit where others are faster
  std::optional<RateProbe> copying = std::nullopt;  ///< bytes per second
  std::optional<RateProbe> new_memory = std::nullopt;  ///< bytes per second
};

struct MeasureOptions {
  int64_t repetitions = 5;
  Clock clock = Clock::kWall;  ///< which one counts; kProcessor: for one thread
  double least_s = 0.02;       ///< shorter work is done several times in a row in each repetition, to be timed better
};

/// Times every workload `repetitions` times after a warm-up. They take turns, each round after a
/// sample of each probe, so that a busy machine troubles all alike. The limit of a row is the longer one of arithmetic
/// and copying, and new memory on top.
std::vector<Row> measure(const std::vector<Workload>& workloads, Probes& probes, const MeasureOptions& options);

}  // namespace vrkn::bench
