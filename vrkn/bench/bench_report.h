#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vrkn/bench/measure.h"
#include "vrkn/bench/time_profile.h"

namespace vrkn::bench {

/// What the measurement of one subject found.
struct BenchReport {
  std::string subject = {};  ///< "train-step" and so on
  std::string work = {};     ///< what was measured: the configuration's sizes, in words
  std::string device = "cpu";
  int64_t threads = 1;
  MeasureOptions options = {};
  std::vector<Row> rows = {};
  double product_flops = 0.0;   ///< FLOP per second of the arithmetic that limits; 0: not measured
  std::string product = {};     ///< how that was measured
  double blas_flops = 0.0;      ///< FLOP per second of LibTorch's BLAS; 0: not measured
  double copied_bytes_s = 0.0;  ///< bytes per second, reading and writing; 0: not measured
  double new_bytes_s = 0.0;     ///< bytes per second of new memory; 0: not measured
  std::optional<TimeProfile> profile = std::nullopt;  ///< of more runs of the first row
  int64_t peak_memory_bytes = 0;                      ///< of the process while it measured
  std::vector<std::string> notes = {};
};

/// Takes over the rates that the probes found. `product`: what the arithmetic probe does, in words.
void set_peaks(BenchReport& report, const Probes& probes, const std::string& product);

/// For people: a line on what and how, the peaks, the rows, where the time went, the memory.
std::string to_text(const BenchReport& report);

/// For machines: an object with all of it (docs/performance.md).
std::string to_json(const BenchReport& report);

/// A time with three digits and the unit that suits it: "2.20 ms".
std::string time_text(double time_s);
/// "2.20 ms (2.18 ms to 2.31 ms)".
std::string quartiles_text(const Quartiles& time_s);

}  // namespace vrkn::bench
