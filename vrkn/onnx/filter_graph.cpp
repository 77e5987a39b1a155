#include "vrkn/onnx/exported_graphs.h"
#include "vrkn/onnx/model_values.h"

namespace vrkn::onnx {
namespace {

Shape rows_of(const std::vector<int64_t>& shape) {
  Shape rows = {batch()};
  rows.insert(rows.end(), shape.begin(), shape.end());
  return rows;
}

SensorValues seen(Graph& graph, const ModelValues& model, size_t number) {
  const env::SensorSpec& sensor = model.sensors()[number];
  const bool image = sensor.kind == env::SensorKind::kImage;
  const Value reading = graph.input({.name = sensor.name,
                                     .type = image ? ElementType::kUint8 : ElementType::kFloat,
                                     .shape = rows_of(sensor.shape),
                                     .meaning = "the reading, raw; anything where there is none"});
  const Value valid = unsqueeze(graph.input({.name = sensor.name + "_valid",
                                             .type = ElementType::kBool,
                                             .shape = {batch()},
                                             .meaning = "whether the sensor has a reading now"}),
                                1);
  Value dither;
  if (image) {
    dither = graph.input(random_port(sensor.name + "_dither", {"batch", "channels", "height", "width"},
                                     "uniform noise in [0, 1) below the 5 bits that are read", 0.5));
  }
  return {.embedding = model.encode(number, reading, valid, dither), .valid = to_float(valid)};
}

}  // namespace

void add_filter(Graph& graph, const run::TrainedRun& run) {
  const ModelValues model(run);
  const BeliefLayout& layout = model.layout();
  const Value belief = graph.input({.name = "belief",
                                    .shape = {batch(), layout.size()},
                                    .meaning = "the last posterior; anything where is_first is true"});
  const Value action = graph.input({.name = "action",
                                    .shape = {batch(), model.action_size()},
                                    .meaning = "what was done since then, -1 to 1; anything where is_first is true"});
  const Value is_first = unsqueeze(graph.input({.name = "is_first",
                                                .type = ElementType::kBool,
                                                .shape = {batch()},
                                                .meaning = "whether an episode begins: nothing is known yet"}),
                                   1);
  std::vector<SensorValues> sensors;
  for (size_t s = 0; s < model.sensors().size(); ++s) sensors.push_back(seen(graph, model, s));
  const Value noise = graph.input(
      random_port("noise", {"batch", "size"}, "standard normal: draws the posterior's sample; 0: its mean", 0.0));

  const BeliefValues posterior = model.update(model.prior(layout.split(belief), action, is_first), sensors, noise);
  graph.output(
      {.name = "posterior", .shape = {batch(), layout.size()}, .meaning = "the belief given all readings up to now"},
      layout.join(posterior));
  graph.output(
      {.name = "features", .shape = {batch(), model.feature_size()}, .meaning = "what decoders and policy read of it"},
      model.features(posterior));
}

}  // namespace vrkn::onnx
