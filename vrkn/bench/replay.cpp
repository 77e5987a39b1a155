#include "vrkn/data/replay.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::bench {
namespace {

double bytes(const data::Batch& batch) {
  auto sum = static_cast<double>(batch.actions.nbytes() + batch.rewards.nbytes());
  for (const auto& [values, valid, visible] : batch.observations) {
    for (const at::Tensor* tensor : {&values, &valid, &visible}) {
      if (tensor->defined()) sum += static_cast<double>(tensor->nbytes());
    }
  }
  return sum;
}

}  // namespace

BenchReport bench_replay(const run::ExperimentConfig& config, const BenchOptions& options) {
  constexpr int64_t kEpisodes = 20;
  const auto seed = static_cast<uint64_t>(config.seed);
  const env::EnvironmentSpec spec = env::make_environment(config.environment)->spec();
  const int64_t L = spec.step_limit + 1;
  math::TensorGenerator inputs(derive_seed(seed, "bench_episodes"));
  data::Replay replay(spec.sensors, spec.action_size);
  for (int64_t i = 0; i < kEpisodes; ++i) {
    replay.add({random_observations(spec, {L}, inputs), inputs.uniform({L, spec.action_size}), inputs.uniform({L}),
                at::ones({L})});
  }

  const int64_t B = shortened(config.training.batch_size, options), T = config.training.sequence_length;
  ScalarGenerator random(derive_seed(seed, "replay"));
  const Workload sample{.name = "sample",
                        .run = [&] { replay.sample(B, T, random); },
                        .cost = Cost{.bytes_moved = 2.0 * bytes(replay.sample(B, T, random))},
                        .units = static_cast<double>(B),
                        .unit = "sequences"};
  BenchReport report = start_report(
      config, options, fmt::format("{} episodes of {} steps, {}; B {}, T {}", kEpisodes, L, world_text(spec), B, T));
  report.device = "cpu";
  Probes probes{.copying = copy_probe()};
  report.rows = measure({sample}, probes, report.options);
  set_peaks(report, probes, "");
  return report;
}

}  // namespace vrkn::bench
