#include <array>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/onnx/exported_graphs.h"
#include "vrkn/onnx/layers.h"
#include "vrkn/onnx/model_values.h"

namespace vrkn::onnx {
namespace {

/// Dreamer's actor: the median of tanh(N(mean, std^2)), or a sample of it.
void add_actor(Graph& graph, const ModelValues& model, const Weights& actor) {
  const int64_t A = model.action_size();
  const Value features = graph.input(
      {.name = "features", .shape = {batch(), model.feature_size()}, .meaning = "of the posterior, from the filter"});
  const Value noise = graph.input(
      random_port("noise", {"batch", "size"}, "standard normal: draws an action; 0: the policy's median", 0.0));
  const auto raw = split(mlp(features, actor.of("network")), {A, A});
  const Value mean = tanh(raw[0] / 5.0) * 5.0, std = floored_softplus(raw[1], 1e-4, 5.0 + 1e-4);
  graph.output({.name = "action", .shape = {batch(), A}, .meaning = "what to do, -1 to 1"}, tanh(mean + std * noise));
}

/// The returns [B, N] that the plans [B * N, H, A] are imagined to bring from `start`, [B * N, ...] each; `noise` [H or
/// 1, B * N or 1, Z or 1].
Value imagined_returns(const ModelValues& model, const BeliefValues& start, const Value& plans, const Value& noise,
                       const agent::PlanetConfig& config) {
  Graph& graph = plans.graph();
  std::vector<Value> first = start.parts();
  first.push_back(expand(graph.scalar(0.0), concat({unsqueeze(length_of(plans, 0), 0), graph.integers({1})})));
  const Turn last = loop(
      graph, graph.integer(config.horizon), first, [&](const Value& number, const std::vector<Value>& states) -> Turn {
        const BeliefValues belief = model.predict(BeliefValues::from({states.begin(), states.end() - 1}),
                                                  at_index(plans, number, 1), at_index_or_only(noise, number, 0));
        std::vector<Value> next = belief.parts();
        next.push_back(states.back() + model.reward(model.features(belief)));
        return {.states = next, .collected = {}};
      });
  return reshape(last.states.back(), {-1, config.population_size});
}

/// Mean and sample deviation [B, H, A] of the elites: of the plans [B, N, H, A] with the highest returns [B, N].
std::array<Value, 2> moments_of_elites(const Value& plans, const Value& returns, int64_t elites) {
  Graph& graph = returns.graph();
  const Value best = apply("TopK", {returns, graph.integers({elites})}, {{"axis", int64_t{1}}}, 2)[1];
  const Value top = apply("GatherND", {plans, unsqueeze(best, 2)}, {{"batch_dims", int64_t{1}}});  // [B, K, H, A]
  const Value centre = mean(top, 1);
  const Value squares = sum(square(top - unsqueeze(centre, 1)), 1);
  return {centre, sqrt(squares / static_cast<double>(elites - 1))};
}

/// PlaNet's planner, the cross-entropy method (vrkn/agent/planet/cross_entropy_method.h).
void add_planner(Graph& graph, const ModelValues& model, const agent::PlanetConfig& config) {
  const int64_t A = model.action_size(), N = config.population_size, H = config.horizon, I = config.iterations;
  const BeliefLayout& layout = model.layout();
  const Value belief =
      graph.input({.name = "belief", .shape = {batch(), layout.size()}, .meaning = "the posterior, from the filter"});
  const Value plan_noise = graph.input(
      {.name = "plan_noise", .shape = {I, batch(), N, H, A}, .meaning = "standard normal: draws the candidate plans"});
  const Value noise =
      graph.input(random_port("imagination_noise", {"iterations", "horizon", "plans", "size"},
                              "standard normal: draws the imagined states, of row b and plan n in line b N + n; 0: the "
                              "most likely ones",
                              0.0));

  const Value rows = length_of(belief, 0);
  const auto lengths = [&](std::vector<int64_t> others) {
    return concat({unsqueeze(rows, 0), graph.integers(others)});
  };
  const BeliefValues start =  // every row N times
      layout.split(reshape(expand(unsqueeze(belief, 1), lengths({N, layout.size()})), {-1, layout.size()}));
  const Turn found = loop(
      graph, graph.integer(I), {expand(graph.scalar(0.0), lengths({H, A})), expand(graph.scalar(1.0), lengths({H, A}))},
      [&](const Value& number, const std::vector<Value>& states) -> Turn {
        const Value mean = unsqueeze(states[0], 1), std = unsqueeze(states[1], 1);
        const Value plans = clip(mean + std * at_index(plan_noise, number), -1.0, 1.0);  // [B, N, H, A]
        const Value returns =
            imagined_returns(model, start, reshape(plans, {-1, H, A}), at_index_or_only(noise, number), config);
        const auto [next_mean, next_std] = moments_of_elites(plans, returns, config.num_elites);
        return {.states = {next_mean, next_std}, .collected = {}};
      });
  const Value plan = found.states[0];
  graph.output({.name = "action", .shape = {batch(), A}, .meaning = "what to do now, -1 to 1: the plan's first action"},
               at_index(plan, graph.integer(0), 1));
  graph.output({.name = "plan", .shape = {batch(), H, A}, .meaning = "the best plan found"}, plan);
}

}  // namespace

void add_policy(Graph& graph, const run::TrainedRun& run) {
  const ModelValues model(run);
  if (const auto* planet = std::get_if<agent::PlanetConfig>(&run.config.agent)) {
    if (planet->evaluation_disagreement != 0.0) {
      throw ConfigError(fmt::format(
          "agent.evaluation_disagreement is {}, but the planner is exported without its ensemble: only 0 is possible",
          planet->evaluation_disagreement));
    }
    add_planner(graph, model, *planet);
  } else if (const torch::nn::Module* actor = run.agent->policy()) {
    add_actor(graph, model, Weights(*actor, "actor"));
  } else {
    throw Error("the agent of " + run.directory.path().string() + " has no policy");
  }
}

}  // namespace vrkn::onnx
