#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/model/uncertainty.h"

namespace vrkn::bench {
namespace {

constexpr int64_t kAhead = 10;

/// The sensors that are no images.
std::vector<size_t> vectors(const std::vector<env::SensorSpec>& sensors) {
  std::vector<size_t> found;
  for (size_t s = 0; s < sensors.size(); ++s) {
    if (sensors[s].kind != env::SensorKind::kImage) found.push_back(s);
  }
  return found;
}

}  // namespace

BenchReport bench_forecast(const run::ExperimentConfig& config, const BenchOptions& options) {
  const c10::Device device(config.device);
  const auto seed = static_cast<uint64_t>(config.seed);
  const env::EnvironmentSpec spec = env::make_environment(config.environment)->spec();
  math::TensorGenerator weights(derive_seed(seed, "weights"));
  model::WorldModel model(spec.sensors, spec.action_size, config.world_model(), weights);
  model.to(device);

  math::TensorGenerator inputs(derive_seed(seed, "bench_batch"));
  math::TensorGenerator rng(derive_seed(seed, "forecast"), device);
  const at::NoGradGuard no_grad;
  const model::Belief belief = model.dynamics().initial(1, {rng, /*dropout=*/false});
  const at::Tensor actions = inputs.uniform({1, kAhead, spec.action_size}).to(device);
  model::OutcomeCounts counts;
  counts.draws = std::max<int64_t>(shortened(counts.draws, options), 2);

  std::vector<Workload> workloads;
  const auto add = [&](std::string name, const model::ForecastSelection& selection) {
    workloads.push_back({.name = std::move(name), .run = [&, selection] {
                           model::in_raw_units(model, model::forecast(model, belief, actions, counts, rng, selection));
                         }});
  };
  const std::vector<size_t> cheap = vectors(spec.sensors), none;
  const std::vector<int64_t> last{kAhead};
  add("everything, every step", {});
  add("everything, the last step", {.steps = last});
  if (!cheap.empty() && cheap.size() < spec.sensors.size()) add("vectors and reward, every step", {.sensors = cheap});
  add("reward, every step", {.sensors = none});
  add("reward, the last step", {.sensors = none, .steps = last});

  BenchReport report =
      start_report(config, options,
                   fmt::format("{} steps ahead, {} draws of the weights, {} samples of the state; {}, {}", kAhead,
                               counts.draws, counts.samples, kind_of(config.model), world_text(spec)));
  measure_tensor_work(report, workloads);
  return report;
}

}  // namespace vrkn::bench
