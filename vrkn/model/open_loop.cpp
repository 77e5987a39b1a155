#include "vrkn/model/open_loop.h"

#include <numeric>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/shape.h"

namespace vrkn::model {
namespace {

/// The predictions of all steps, taken in one by one.
class PredictionBuilder {
 public:
  explicit PredictionBuilder(int64_t samples) : samples_(samples) {}

  /// values: [B * samples, ...]
  void add(const at::Tensor& values) {
    const at::Tensor samples = values.to(at::kFloat).unflatten(0, {-1, samples_});
    means_.push_back(samples.mean(1));
    stds_.push_back(samples_ > 1 ? samples.std(1, /*unbiased=*/true) : at::zeros_like(means_.back()));
  }
  /// Undefined where nothing was taken in.
  Prediction build() const {
    if (means_.empty()) return {};
    return {at::stack(means_, 1), at::stack(stds_, 1)};
  }

 private:
  int64_t samples_;
  std::vector<at::Tensor> means_, stds_;
};

/// The embeddings [B, T, ...] of step t, for every sample: [B * samples, ...].
SensorEmbeddings evidence_at(const SensorEmbeddings& embeddings, int64_t t, int64_t samples) {
  const auto rows = [&](const std::vector<at::Tensor>& tensors) {
    std::vector<at::Tensor> repeated;
    for (const at::Tensor& tensor : tensors) repeated.push_back(tensor.select(1, t).repeat_interleave(samples, 0));
    return repeated;
  };
  return {rows(embeddings.values), rows(embeddings.valid)};
}

/// Those that are chosen of `count`, or all.
std::vector<size_t> sensors_to_decode(const std::optional<std::vector<size_t>>& chosen, size_t count) {
  if (!chosen) {
    std::vector<size_t> all(count);
    std::iota(all.begin(), all.end(), size_t{0});
    return all;
  }
  for (const size_t s : *chosen) {
    if (s >= count) {
      throw ConfigError("sensor " + std::to_string(s) + " cannot be predicted: the model reconstructs " +
                        std::to_string(count) + " sensors, counted from 0");
    }
  }
  return *chosen;
}

}  // namespace

OpenLoop open_loop(WorldModel& model, const data::Batch& batch, int64_t context, int64_t samples, Sampling sampling,
                   const std::optional<std::vector<size_t>>& chosen) {
  const int64_t B = batch.actions.size(0), T = batch.actions.size(1);
  math::check_shape(batch.actions, {B, T, model.action_size()}, "actions");
  if (context < 1 || context > T) {
    throw ShapeError("The context is " + std::to_string(context) + " steps, but must be 1 to " + std::to_string(T) +
                     ", the length of the sequence.");
  }
  if (samples < 1) throw ShapeError("There must be at least 1 sample, not " + std::to_string(samples) + ".");

  const at::NoGradGuard no_grad;
  StateSpaceModel& dynamics = model.dynamics();
  data::Observations seen;
  for (const data::Readings& readings : batch.observations) {
    seen.push_back(data::map([&](const at::Tensor& steps) { return steps.narrow(1, 0, context); }, readings));
  }
  const SensorEmbeddings embeddings = model.encode(seen, sampling.rng);

  std::vector<PredictionBuilder> sensors(model.reconstructs() ? model.sensors().size() : 0, PredictionBuilder(samples));
  const std::vector<size_t> decoded = sensors_to_decode(chosen, sensors.size());
  PredictionBuilder reward(samples);
  Belief belief = dynamics.initial(B * samples, sampling);
  for (int64_t t = 0; t < T; ++t) {
    if (t > 0) belief = dynamics.predict(belief, batch.actions.select(1, t).repeat_interleave(samples, 0), sampling);
    if (t < context) belief = dynamics.update(belief, evidence_at(embeddings, t, samples), sampling);
    const at::Tensor features = dynamics.features(belief);
    for (const size_t s : decoded) sensors[s].add(model.reconstruct(s, features));
    reward.add(model.predict_reward(features));
  }

  OpenLoop predicted{.sensors = {}, .reward = reward.build()};
  for (const PredictionBuilder& sensor : sensors) predicted.sensors.push_back(sensor.build());
  return predicted;
}

}  // namespace vrkn::model
