#include "vrkn/onnx/exported_graphs.h"
#include "vrkn/onnx/model_values.h"

namespace vrkn::onnx {
namespace {

/// One draw of the transition network's weights for each row, which holds for all steps.
MaskValues add_masks(Graph& graph, const ModelValues& model) {
  const auto mask = [&](const std::string& name) {
    return graph.input(random_port("mask_" + name, {"batch", "size"},
                                   "Monte Carlo dropout: 0 with probability `rate`, else 1 / (1 - rate); 1: none",
                                   1.0));
  };
  if (model.mask_sizes().empty()) return {};
  const Value input = mask("input"), gate = mask("gate"), hidden = mask("hidden");
  return {input, gate, hidden};
}

/// What is read of every imagined belief, and how it is called.
struct Readings {
  std::vector<Port> ports;
  std::vector<Value> values;

  void add(const std::string& name, int64_t size, const Value& mean, const Value& var) {
    const Shape shape = {batch(), std::string("horizon"), size};
    ports.push_back({.name = name + "_mean", .shape = shape, .meaning = "the expected value"});
    ports.push_back({.name = name + "_var", .shape = shape, .meaning = "the variance around it, given the features"});
    values.insert(values.end(), {mean, var});
  }
};

Readings read(const ModelValues& model, const Value& features) {
  Readings readings;
  for (size_t s = 0; s < model.sensors().size(); ++s) {
    const env::SensorSpec& sensor = model.sensors()[s];
    if (sensor.kind == env::SensorKind::kImage || !model.decodes(s)) continue;
    const Value mean = model.decode(s, features);
    readings.add(sensor.name, sensor.size(), mean, model.reading_var(s, mean));
  }
  if (model.decodes_reward()) {
    const Value mean = model.reward(features);
    readings.add("reward", 1, mean, model.reward_var(mean));
  }
  return readings;
}

}  // namespace

void add_imagination(Graph& graph, const run::TrainedRun& run) {
  const ModelValues model(run);
  const BeliefLayout& layout = model.layout();
  const Dimension horizon = std::string("horizon");
  const Value start = graph.input(
      {.name = "belief", .shape = {batch(), layout.size()}, .meaning = "where imagination begins: a posterior"});
  const Value actions = graph.input(
      {.name = "actions", .shape = {batch(), horizon, model.action_size()}, .meaning = "what is done, -1 to 1"});
  const Value noise = graph.input(random_port("noise", {"batch", "horizon", "size"},
                                              "standard normal: draws the samples; 0: the most likely ones", 0.0));
  const MaskValues masks = add_masks(graph, model);

  std::vector<Port> ports = {
      {.name = "beliefs", .shape = {batch(), horizon, layout.size()}, .meaning = "the belief after each action"},
      {.name = "features", .shape = {batch(), horizon, model.feature_size()}, .meaning = "what decoders read of it"}};
  const Turn imagined = loop(graph, length_of(actions, 1), layout.split(start).parts(),
                             [&](const Value& number, const std::vector<Value>& states) -> Turn {
                               const BeliefValues belief =
                                   model.predict(BeliefValues::from(states), at_index(actions, number, 1),
                                                 at_index_or_only(noise, number, 1), masks);
                               const Value features = model.features(belief);
                               const Readings readings = read(model, features);
                               ports.insert(ports.end(), readings.ports.begin(), readings.ports.end());
                               std::vector<Value> collected = {layout.join(belief), features};
                               collected.insert(collected.end(), readings.values.begin(), readings.values.end());
                               return {.states = belief.parts(), .collected = collected};
                             });
  for (size_t i = 0; i < ports.size(); ++i) graph.output(ports[i], transpose(imagined.collected[i], {1, 0, 2}));
}

}  // namespace vrkn::onnx
