#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/bench/flop_counter.h"
#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/error.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/training/update_graph.h"

namespace vrkn::bench {

BenchReport bench_train_step(const run::ExperimentConfig& config, const BenchOptions& options) {
  const c10::Device device(config.device);
  const auto seed = static_cast<uint64_t>(config.seed);
  const env::EnvironmentSpec spec = env::make_environment(config.environment)->spec();
  const auto agent = agent::make_agent(config.agent, config.world_model(), spec, derive_seed(seed, "weights"), device);
  const std::string kind = kind_of(config.agent);
  if (!agent->learns())
    throw ConfigError("agent.kind is \"" + kind + "\", which does not learn: there is no train-step");

  const int64_t B = shortened(config.training.batch_size, options), T = config.training.sequence_length;
  math::TensorGenerator inputs(derive_seed(seed, "bench_batch"));
  const data::Batch batch = random_batch(spec, B, T, inputs);
  math::TensorGenerator model(derive_seed(seed, "model"), device);
  std::optional<training::UpdateGraph> graph;
  if (config.cuda.graph) graph.emplace(*agent, training::make_graph_capture());
  Workload update{.name = "update", .run = [&] { graph ? graph->update(batch, model) : agent->update(batch, model); }};
  if (graph) {
    update.cost = Cost{.flop = count_flop(update.run)};  // of the first: a replay calls no operators
    while (!graph->is_recorded()) update.run();
  }

  BenchReport report = start_report(
      config, options, fmt::format("{}, {}, {}; B {}, T {}", kind, kind_of(config.model), world_text(spec), B, T));
  measure_tensor_work(report, {update});
  report.profile = profile([&] {
    update.run();
    synchronise(device);
  });
  return report;
}

}  // namespace vrkn::bench
