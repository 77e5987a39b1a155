#include "vrkn/onnx/vrkn_dynamics.h"

#include <string>

#include "vrkn/onnx/layers.h"

namespace vrkn::onnx {
namespace {

/// z' = A z + b + N(0, Q).
struct LinearStep {
  Value A, b, Q;
};

LinearStep transition(const model::VrknConfig& config, const Weights& weights, const Value& mean, const Value& action,
                      const MaskValues& masks) {
  const int64_t Z = config.latent_dim;
  const Value first =
      masked(activate(config.nonlinearity, affine(concat({mean, action}), weights.of("input"))), masks.input);
  const Value gated = masked(gru(first, mean, weights.of("gate")), masks.gate);
  const Value last = masked(activate(config.nonlinearity, affine(gated, weights.of("hidden"))), masks.hidden);
  const auto raw = split(affine(last, weights.of("output")), {Z, Z, Z});
  return {.A = bounded_sigmoid(raw[0], 0.1, 0.99, 0.9), .b = raw[2], .Q = bounded_sigmoid(raw[1], 0.001, 0.1, 0.01)};
}

BeliefValues moments_after(const LinearStep& step, const BeliefValues& belief) {
  const auto& [A, b, Q] = step;
  return {.mean = A * belief.mean + b, .var = A * A * belief.var + Q, .sample = {}, .memory = {}};
}

}  // namespace

BeliefValues prior(const model::VrknConfig& config, const Weights& weights, const BeliefValues& posterior,
                   const Value& action, const Value& is_first) {
  const LinearStep step = transition(config, weights.of("transition"), posterior.mean, action, {});
  const BeliefValues later = moments_after(step, posterior);
  const Value initial_var = floored_softplus(weights.constant("initial_var_raw", action), 0.001, 1.0);
  return {.mean = where(is_first, action.graph().scalar(0.0), later.mean),
          .var = where(is_first, initial_var, later.var),
          .sample = {},
          .memory = {}};
}

BeliefValues update(const model::VrknConfig& /*config*/, const Weights& weights, const BeliefValues& prior,
                    const std::vector<SensorValues>& sensors, const Value& noise) {
  Value mean = prior.mean, P = prior.var;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const auto& [embedding, valid] = sensors[s];
    const std::string number = std::to_string(s);
    const Value w = affine(embedding, weights.of("mean_head" + number));
    const Value R = floored_softplus(affine(embedding, weights.of("var_head" + number)), 0.01, 1.0);
    const Value K = P / (P + R) * valid;
    mean = mean + K * (w - mean);
    P = square(1.0 - K) * P + square(K) * R;
  }
  return {.mean = mean, .var = P, .sample = mean + sqrt(P) * noise, .memory = {}};
}

BeliefValues predict(const model::VrknConfig& config, const Weights& weights, const BeliefValues& belief,
                     const Value& action, const Value& noise, const MaskValues& masks) {
  const LinearStep step = transition(config, weights.of("transition"), belief.mean, action, masks);
  BeliefValues later = moments_after(step, belief);
  later.sample = step.A * belief.sample + step.b + sqrt(step.Q) * noise;
  return later;
}

Value features(const model::VrknConfig& /*config*/, const BeliefValues& belief) {
  return belief.sample;
}

}  // namespace vrkn::onnx
