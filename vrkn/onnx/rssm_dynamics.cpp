#include "vrkn/onnx/rssm_dynamics.h"

#include "vrkn/onnx/layers.h"

namespace vrkn::onnx {
namespace {

struct MeanAndDeviation {
  Value mean, std;
};

bool has_path(const model::RssmConfig& config) {
  return config.deterministic_dim > 0;
}

MeanAndDeviation mean_and_deviation(const model::RssmConfig& config, const Value& raw) {
  const auto halves = split(raw, {config.stochastic_dim, config.stochastic_dim});
  return {halves[0], softplus(halves[1]) + config.min_std};
}

/// h_t: the memory, or the hidden layer where there is no deterministic path.
Value context(const model::RssmConfig& config, const Weights& transition, const Value& sample, const Value& memory,
              const Value& action, const MaskValues& masks) {
  const Value first =
      masked(activate(config.nonlinearity, affine(concat({sample, action}), transition.of("input"))), masks.input);
  return has_path(config) ? gru(first, memory, transition.of("gate")) : first;
}

/// p(z_t | h_t).
MeanAndDeviation prior_of(const model::RssmConfig& config, const Weights& transition, const Value& context,
                          const MaskValues& masks) {
  Value last = context;
  if (has_path(config)) {
    const Value hidden = affine(masked(context, masks.gate), transition.of("hidden"));
    last = masked(activate(config.nonlinearity, hidden), masks.hidden);
  }
  return mean_and_deviation(config, affine(last, transition.of("output")));
}

/// The embeddings, 0 where a reading is missing, and the flags of all sensors side by side.
Value with_flags(const std::vector<SensorValues>& sensors) {
  std::vector<Value> parts;
  for (const SensorValues& sensor : sensors) parts.push_back(sensor.embedding * sensor.valid);
  for (const SensorValues& sensor : sensors) parts.push_back(sensor.valid);
  return concat(parts);
}

/// A smoother's one step from memory 0, which is the last of its sequence.
Value smoothed(const model::RssmConfig& config, const Weights& smoother, const Value& embeddings) {
  const Value first = activate(config.nonlinearity, affine(embeddings, smoother.of("input")));
  const Value memory = gru(first, expand(first.graph().scalar(0.0), shape_of(first)), smoother.of("gate"));
  return activate(config.nonlinearity, affine(memory, smoother.of("output")));
}

}  // namespace

BeliefValues prior(const model::RssmConfig& config, const Weights& weights, const BeliefValues& posterior,
                   const Value& action, const Value& is_first) {
  const Value zero = action.graph().scalar(0.0);
  const auto from_rest = [&](const Value& x) { return x.defined() ? where(is_first, zero, x) : x; };
  const Weights transition = weights.of("transition");
  const Value h =
      context(config, transition, from_rest(posterior.sample), from_rest(posterior.memory), from_rest(action), {});
  if (has_path(config)) return {.mean = {}, .var = {}, .sample = {}, .memory = h};
  const auto [mean, std] = prior_of(config, transition, h, {});
  return {.mean = mean, .var = square(std), .sample = {}, .memory = {}};
}

BeliefValues update(const model::RssmConfig& config, const Weights& weights, const BeliefValues& prior,
                    const std::vector<SensorValues>& sensors, const Value& noise) {
  Value seen = with_flags(sensors);
  if (config.smoother_dim > 0) seen = smoothed(config, weights.of("smoother"), seen);
  const Value h = has_path(config) ? prior.memory : concat({prior.mean, sqrt(prior.var)});
  const Value hidden = activate(config.nonlinearity, affine(concat({h, seen}), weights.of("posterior_input")));
  const auto [mean, std] = mean_and_deviation(config, affine(hidden, weights.of("posterior_output")));
  return {.mean = mean, .var = square(std), .sample = mean + std * noise, .memory = prior.memory};
}

BeliefValues predict(const model::RssmConfig& config, const Weights& weights, const BeliefValues& belief,
                     const Value& action, const Value& noise, const MaskValues& masks) {
  const Weights transition = weights.of("transition");
  const Value h = context(config, transition, belief.sample, belief.memory, action, masks);
  const auto [mean, std] = prior_of(config, transition, h, masks);
  return {.mean = mean, .var = square(std), .sample = mean + std * noise, .memory = has_path(config) ? h : Value()};
}

Value features(const model::RssmConfig& config, const BeliefValues& belief) {
  return has_path(config) ? concat({belief.sample, belief.memory}) : belief.sample;
}

}  // namespace vrkn::onnx
