#pragma once

#include <span>
#include <string_view>

#include "vrkn/bench/bench_report.h"
#include "vrkn/run/experiment_config.h"

namespace vrkn::bench {

struct BenchOptions {
  int64_t repetitions = 5;  ///< >= 1
  bool quick = false;       ///< a fifth of the batch: sequences, plans, steps
};

/// Something that can be measured by name. All random numbers it works on are functions of the configuration's seed.
struct Subject {
  std::string_view name;
  std::string_view summary;
  bool configurable;  ///< whether a configuration says what is measured; else only its number of threads counts
  bool on_device;     ///< whether it runs where the configuration says; else on the CPU
  BenchReport (*run)(const run::ExperimentConfig& config, const BenchOptions& options);
};

/// All of them, in the order of the help text.
std::span<const Subject> bench_subjects();

/// The one of this name. Throws ConfigError naming all.
const Subject& find_subject(std::string_view name);

/// Measures a subject. To be called after set_up_processor(config). Throws ConfigError when the configuration
/// has nothing to measure for it, such as a plan of an agent that does not plan, or repetitions is below 1.
BenchReport run_subject(const Subject& subject, const run::ExperimentConfig& config, const BenchOptions& options);

}  // namespace vrkn::bench
