#include "vrkn/bench/subject.h"

#include <algorithm>
#include <array>

#include "vrkn/bench/peak_memory.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/error.h"

namespace vrkn::bench {
namespace {

constexpr std::array kSubjects = {
    Subject{"train-step", "one update of all weights, and where its time goes", true, true, bench_train_step},
    Subject{"recurrence", "inference over sequences and its KL, forwards and backwards", true, true, bench_recurrence},
    Subject{"plan", "one decision of a PlaNet agent", true, true, bench_plan},
    Subject{"act", "one decision in one environment", true, true, bench_act},
    Subject{"forecast", "ten steps foreseen with their uncertainty", true, true, bench_forecast},
    Subject{"env", "physics, pictures and pools of environments", true, false, bench_environment},
    Subject{"replay", "sampling batches of sequences", true, false, bench_replay},
    Subject{"codec", "encoders and decoders of the sensors, forwards and backwards", true, true, bench_codec},
    Subject{"lgssm", "filter, smoother and statistics of linear-Gaussian models", false, false, bench_lgssm},
};

}  // namespace

std::span<const Subject> bench_subjects() {
  return kSubjects;
}

const Subject& find_subject(std::string_view name) {
  const auto* const found = std::ranges::find(kSubjects, name, &Subject::name);
  if (found != kSubjects.end()) return *found;
  std::string names;
  for (const Subject& subject : kSubjects) names += (names.empty() ? "" : ", ") + std::string(subject.name);
  throw ConfigError("subject is \"" + std::string(name) + "\", but must be one of " + names);
}

BenchReport run_subject(const Subject& subject, const run::ExperimentConfig& config, const BenchOptions& options) {
  if (options.repetitions < 1) {
    throw ConfigError("repetitions is " + std::to_string(options.repetitions) + ", but must be at least 1");
  }
  forget_peak_memory();
  BenchReport report = subject.run(config, options);
  report.subject = subject.name;
  report.peak_memory_bytes = peak_memory_bytes();
  return report;
}

}  // namespace vrkn::bench
