#include "vrkn/model/uncertainty.h"

#include <algorithm>
#include <numeric>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/shape.h"

namespace vrkn::model {

using at::Tensor;

namespace {

/// The predictions of one quantity, taken in step by step.
class Recorder {
 public:
  /// values [B * M * K, ...] that were decoded of features [B, M, K, F]
  void add(const Tensor& values, const Tensor& features) {
    std::vector<int64_t> sizes = features.sizes().slice(0, 3).vec();
    sizes.insert(sizes.end(), values.sizes().begin() + 1, values.sizes().end());
    const math::VarianceParts parts = math::total_variance(values.view(sizes));
    mean_.push_back(parts.mean);
    aleatoric_.push_back(parts.aleatoric);
    epistemic_.push_back(parts.epistemic);
  }

  /// H' times [B, ...] as [B, H', ...].
  Predicted<Units::kNetwork> predicted(const Tensor& noise) const {
    return {at::stack(mean_, 1), at::stack(aleatoric_, 1), at::stack(epistemic_, 1), noise};
  }

 private:
  std::vector<Tensor> mean_, aleatoric_, epistemic_;
};

void check_counts(OutcomeCounts counts) {
  if (counts.draws < 2 || counts.samples < 2) {
    throw ShapeError("Variances need at least 2 draws of the weights and 2 samples of the state, found " +
                     std::to_string(counts.draws) + " and " + std::to_string(counts.samples) + ".");
  }
}

/// What is chosen, with all that there is in place of what is unset.
struct Choice {
  std::vector<size_t> sensors;
  std::vector<int64_t> steps;
};

Choice checked(const ForecastSelection& selection, const WorldModel& model, int64_t horizon) {
  Choice choice;
  if (selection.sensors) {
    choice.sensors = *selection.sensors;
    for (const size_t s : choice.sensors) {
      if (s >= model.sensors().size()) {
        throw ConfigError("sensor " + std::to_string(s) + " of a forecast does not exist: the model has " +
                          std::to_string(model.sensors().size()) + ", counted from 0");
      }
      if (!model.reconstructs()) {
        throw ConfigError("the model learns from rewards alone, so it cannot forecast sensor '" +
                          model.sensors()[s].name + "'");
      }
    }
  } else if (model.reconstructs()) {
    choice.sensors.resize(model.sensors().size());
    std::iota(choice.sensors.begin(), choice.sensors.end(), size_t{0});
  }
  if (selection.steps) {
    choice.steps = *selection.steps;
  } else {
    choice.steps.resize(static_cast<size_t>(horizon));
    std::iota(choice.steps.begin(), choice.steps.end(), 1);
  }
  int64_t before = 0;
  for (const int64_t step : choice.steps) {
    if (step <= before || step > horizon) {
      throw ConfigError("step " + std::to_string(step) + " of a forecast comes after step " + std::to_string(before) +
                        ", but steps must rise from 1 to at most " + std::to_string(horizon) +
                        ", the number of actions");
    }
    before = step;
  }
  if (choice.steps.empty() || (choice.sensors.empty() && !selection.reward)) {
    throw ConfigError("a forecast of nothing was asked for: it needs a step, and a sensor or the reward");
  }
  return choice;
}

}  // namespace

std::vector<Tensor> sample_futures(StateSpaceModel& model, const Belief& belief, const Tensor& actions,
                                   OutcomeCounts counts, math::TensorGenerator& rng) {
  std::vector<Tensor> features = sample_branching_futures(model, belief, actions, counts, /*ways=*/1, rng);
  for (Tensor& step : features) step = step.squeeze(3);
  return features;
}

std::vector<Tensor> sample_branching_futures(StateSpaceModel& model, const Belief& belief, const Tensor& actions,
                                             OutcomeCounts counts, int64_t ways, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const int64_t B = belief.mean.size(0), M = counts.draws, K = counts.samples;
  math::check_shape(actions, {B, -1, -1}, "actions");
  const Sampling sampling{rng, /*dropout=*/true};

  Belief future = repeat_rows(new_chain(belief), M);
  future.masks = model.draw_masks(future, sampling);
  future = repeat_rows(future, K);
  future.sample = math::sample(future.moments(), rng.normal_like(future.mean));
  if (ways > 1) future = repeat_rows(future, ways);
  if (counts.around_samples) future.mean = future.sample;
  const TransitionMasks masks = future.masks;

  std::vector<Tensor> features;
  for (const Tensor& action : actions.unbind(1)) {
    future = model.predict(future, action.repeat_interleave(M * K * ways, 0), sampling);
    if (counts.around_samples) future.mean = future.sample;
    future.masks = masks;  // a model that draws for every step lets them go
    const bool one_draw = !masks.defined();
    features.push_back(model.features(future).view({B, one_draw ? 1 : M, one_draw ? M * K : K, ways, -1}));
  }
  return features;
}

std::vector<size_t> find_sensors(const std::vector<env::SensorSpec>& sensors, const std::vector<std::string>& names) {
  std::vector<size_t> found;
  for (const std::string& name : names) {
    const auto place = std::ranges::find(sensors, name, &env::SensorSpec::name);
    if (place == sensors.end()) {
      std::string known;
      for (const env::SensorSpec& sensor : sensors) known += (known.empty() ? "" : ", ") + sensor.name;
      throw ConfigError("'" + name + "' is no sensor; the sensors are " + known);
    }
    found.push_back(static_cast<size_t>(place - sensors.begin()));
    if (std::ranges::count(found, found.back()) > 1) throw ConfigError("the sensor '" + name + "' is named twice");
  }
  return found;
}

template <Units kUnits>
Tensor Predicted<kUnits>::variance() const {
  return aleatoric + epistemic + noise;
}
template struct Predicted<Units::kNetwork>;
template struct Predicted<Units::kRaw>;

Forecast<Units::kNetwork> forecast(WorldModel& model, const Belief& belief, const Tensor& actions, OutcomeCounts counts,
                                   math::TensorGenerator& rng, const ForecastSelection& selection) {
  check_counts(counts);
  math::check_shape(actions, {-1, -1, model.action_size()}, "actions");
  const auto [sensors, steps] = checked(selection, model, actions.size(1));
  const at::NoGradGuard no_grad;
  const std::vector<Tensor> futures =
      sample_futures(model.dynamics(), belief, actions.narrow(1, 0, steps.back()), counts, rng);
  std::vector<Recorder> sensor_recorders(sensors.size());
  Recorder reward_recorder;
  for (const int64_t step : steps) {
    const Tensor& features = futures[static_cast<size_t>(step - 1)];
    const Tensor rows = features.flatten(0, 2);
    for (size_t i = 0; i < sensors.size(); ++i) {
      sensor_recorders[i].add(model.codec(sensors[i]).decode(rows), features);
    }
    if (selection.reward) reward_recorder.add(model.predict_reward(rows), features);
  }
  Forecast<Units::kNetwork> result{.steps = steps, .sensors = {}, .reward = {}};
  result.sensors.resize(model.sensors().size());
  for (size_t i = 0; i < sensors.size(); ++i) {
    result.sensors[sensors[i]] = sensor_recorders[i].predicted(model.sensor_var(sensors[i]));
  }
  if (selection.reward) result.reward = reward_recorder.predicted(model.reward_var());
  return result;
}

Predicted<Units::kRaw> in_raw_units(const Codec& codec, const Predicted<Units::kNetwork>& predicted) {
  const at::IntArrayRef sizes = predicted.mean.sizes();
  const Tensor squared_unit = codec.unit().square();
  const auto squared = [&](const Tensor& var) { return (var.flatten(0, 1) * squared_unit).view(sizes); };
  return {.mean = codec.denormalise(predicted.mean.flatten(0, 1)).view(sizes),
          .aleatoric = squared(predicted.aleatoric),
          .epistemic = squared(predicted.epistemic),
          .noise = predicted.noise * squared_unit};
}

Forecast<Units::kRaw> in_raw_units(WorldModel& model, const Forecast<Units::kNetwork>& forecast) {
  const Predicted<Units::kNetwork>& reward = forecast.reward;
  Forecast<Units::kRaw> raw{.steps = forecast.steps,
                            .sensors = std::vector<Predicted<Units::kRaw>>(forecast.sensors.size()),
                            .reward = {reward.mean, reward.aleatoric, reward.epistemic, reward.noise}};
  for (size_t s = 0; s < forecast.sensors.size(); ++s) {
    if (forecast.sensors[s].defined()) raw.sensors[s] = in_raw_units(model.codec(s), forecast.sensors[s]);
  }
  return raw;
}

}  // namespace vrkn::model
