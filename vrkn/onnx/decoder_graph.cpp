#include "vrkn/onnx/exported_graphs.h"
#include "vrkn/onnx/model_values.h"

namespace vrkn::onnx {

bool add_decoders(Graph& graph, const run::TrainedRun& run) {
  const ModelValues model(run);
  bool any = model.decodes_reward();
  for (size_t s = 0; s < model.sensors().size(); ++s) any = any || model.decodes(s);
  if (!any) return false;

  const Value features = graph.input({.name = "features",
                                      .shape = {batch(), model.feature_size()},
                                      .meaning = "of a belief, as the filter and imagination give them"});
  const auto add = [&](const std::string& name, Shape shape, const Value& mean, const Value& var) {
    graph.output({.name = name + "_mean", .shape = shape, .meaning = "the expected value"}, mean);
    graph.output({.name = name + "_var", .shape = shape, .meaning = "the variance around it, given the features"}, var);
  };
  for (size_t s = 0; s < model.sensors().size(); ++s) {
    if (!model.decodes(s)) continue;
    const env::SensorSpec& sensor = model.sensors()[s];
    const Value mean = model.decode(s, features);
    Shape shape = {batch()};
    shape.insert(shape.end(), sensor.shape.begin(), sensor.shape.end());
    add(sensor.name, shape, mean, model.reading_var(s, mean));
  }
  if (model.decodes_reward()) {
    const Value mean = model.reward(features);
    add("reward", {batch(), 1}, mean, model.reward_var(mean));
  }
  return true;
}

}  // namespace vrkn::onnx
