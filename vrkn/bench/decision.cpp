#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/error.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::bench {
namespace {

BenchReport bench_decision(const run::ExperimentConfig& config, const BenchOptions& options, const std::string& what) {
  const c10::Device device(config.device);
  const auto seed = static_cast<uint64_t>(config.seed);
  const env::EnvironmentSpec spec = env::make_environment(config.environment)->spec();
  const auto agent = agent::make_agent(config.agent, config.world_model(), spec, derive_seed(seed, "weights"), device);

  math::TensorGenerator inputs(derive_seed(seed, "bench_observation"));
  const data::Observations observation = random_observations(spec, {1}, inputs);
  math::TensorGenerator rng(derive_seed(seed, "exploration"), device);
  const agent::ActOptions act{.rng = rng, .dropout = true, .sample_policy = true};
  model::Belief belief = agent->begin(1, act);

  BenchReport report =
      start_report(config, options, fmt::format("{}, {}, {}", what, kind_of(config.model), world_text(spec)));
  measure_tensor_work(report, {{.name = "decision", .run = [&] { agent->act(belief, observation, act); }}});
  return report;
}

}  // namespace

BenchReport bench_plan(const run::ExperimentConfig& config, const BenchOptions& options) {
  run::ExperimentConfig shorter = config;
  auto* const planner = std::get_if<agent::PlanetConfig>(&shorter.agent);
  if (planner == nullptr) {
    throw ConfigError("agent.kind is \"" + kind_of(config.agent) + "\", which does not plan; allowed here: planet");
  }
  planner->population_size = std::max<int64_t>(shortened(planner->population_size, options), 2);
  planner->num_elites = std::min(planner->num_elites, planner->population_size);
  return bench_decision(
      shorter, options,
      fmt::format("{} plans of {} steps, {} times", planner->population_size, planner->horizon, planner->iterations));
}

BenchReport bench_act(const run::ExperimentConfig& config, const BenchOptions& options) {
  if (std::holds_alternative<agent::RandomConfig>(config.agent)) {
    throw ConfigError("agent.kind is \"random\", which acts without a model; allowed here: dreamer, planet");
  }
  return bench_decision(config, options, kind_of(config.agent));
}

}  // namespace vrkn::bench
