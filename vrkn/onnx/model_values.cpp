#include "vrkn/onnx/model_values.h"

#include <ATen/ATen.h>

#include "vrkn/model/codec.h"
#include "vrkn/model/sensor_choices.h"
#include "vrkn/onnx/codec_values.h"
#include "vrkn/onnx/layers.h"
#include "vrkn/onnx/rssm_dynamics.h"
#include "vrkn/onnx/vrkn_dynamics.h"

namespace vrkn::onnx {
namespace {

/// The name has a slash, which no name of an input or output has.
Value spread(const std::string& name, const at::Tensor& var, const Value& mean) {
  return expand(mean.graph().constant(name, var.to(at::kFloat)), shape_of(mean));
}

}  // namespace

ModelValues::ModelValues(const run::TrainedRun& run)
    : run_(run),
      layout_(BeliefLayout::of(run.config.model)),
      weights_(run.model(), "world_model"),
      dynamics_(weights_.of("dynamics")) {}

BeliefValues ModelValues::prior(const BeliefValues& posterior, const Value& action, const Value& is_first) const {
  return std::visit([&](const auto& config) { return onnx::prior(config, dynamics_, posterior, action, is_first); },
                    run_.config.model);
}

BeliefValues ModelValues::update(const BeliefValues& prior, const std::vector<SensorValues>& sensors,
                                 const Value& noise) const {
  return std::visit([&](const auto& config) { return onnx::update(config, dynamics_, prior, sensors, noise); },
                    run_.config.model);
}

BeliefValues ModelValues::predict(const BeliefValues& belief, const Value& action, const Value& noise,
                                  const MaskValues& masks) const {
  return std::visit([&](const auto& config) { return onnx::predict(config, dynamics_, belief, action, noise, masks); },
                    run_.config.model);
}

Value ModelValues::features(const BeliefValues& belief) const {
  return std::visit([&](const auto& config) { return onnx::features(config, belief); }, run_.config.model);
}

Value ModelValues::encode(size_t sensor, const Value& reading, const Value& valid, const Value& dither) const {
  const env::SensorSpec& spec = sensors()[sensor];
  return onnx::encode(spec, weights_.of("codec_" + spec.name), reading, valid, dither);
}

Value ModelValues::decode(size_t sensor, const Value& features) const {
  const env::SensorSpec& spec = sensors()[sensor];
  return onnx::decode(spec, weights_.of("codec_" + spec.name), features);
}

Value ModelValues::reward(const Value& features) const {
  return mlp(features, weights_.of("reward"), run_.config.networks.reward_nonlinearity);
}

bool ModelValues::decodes(size_t sensor) const {
  const model::ObjectiveConfig& objective = run_.config.objective;
  const model::SensorChoices weights(objective.sensor_weights, "objective.sensor_weights");
  return weights.weight(sensors()[sensor].name, objective.sensor_weight) != 0.0;
}

bool ModelValues::decodes_reward() const {
  return run_.model().learns_reward();
}

Value ModelValues::reading_var(size_t sensor, const Value& mean) const {
  const at::Tensor unit = run_.model().codec(sensor).unit();
  return spread("var/" + sensors()[sensor].name, run_.model().sensor_var(sensor) * unit.square(), mean);
}

Value ModelValues::reward_var(const Value& mean) const {
  return spread("var/reward", run_.model().reward_var(), mean);
}

int64_t ModelValues::feature_size() const {
  return model::feature_size(run_.config.model);
}

std::vector<int64_t> ModelValues::mask_sizes() const {
  const auto [hidden, dropout] =
      std::visit([](const auto& config) { return std::pair(config.hidden_dim, config.dropout); }, run_.config.model);
  if (dropout == 0.0) return {};
  return {hidden, layout_.memory > 0 ? layout_.memory : layout_.stochastic, hidden};
}

Port random_port(const std::string& name, const std::vector<std::string>& axes, std::string meaning, double neutral) {
  Port port{.name = name, .shape = {}, .meaning = std::move(meaning), .neutral = neutral};
  for (const std::string& axis : axes) port.shape.emplace_back(name + "_" + axis);
  return port;
}

}  // namespace vrkn::onnx
