#include "vrkn/model/uncertainty.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/shape.h"

namespace vrkn::model {

using at::Tensor;

namespace {

/// The variances of the values that `decode` makes of features: flattened features [N, F] -> [N, ...].
template <class Decode>
math::VarianceParts decoded_variance(const Tensor& features, Decode&& decode) {
  const Tensor values = decode(features.flatten(0, 2));
  std::vector<int64_t> sizes = features.sizes().slice(0, 3).vec();
  sizes.insert(sizes.end(), values.sizes().begin() + 1, values.sizes().end());
  return math::total_variance(values.view(sizes));
}

/// Steps side by side: H times [B, ...] -> [B, H, ...].
math::VarianceParts stack_steps(const std::vector<math::VarianceParts>& steps) {
  std::vector<Tensor> mean, aleatoric, epistemic;
  for (const math::VarianceParts& step : steps) {
    mean.push_back(step.mean);
    aleatoric.push_back(step.aleatoric);
    epistemic.push_back(step.epistemic);
  }
  return {at::stack(mean, 1), at::stack(aleatoric, 1), at::stack(epistemic, 1)};
}

void check_counts(OutcomeCounts counts) {
  if (counts.draws < 2 || counts.samples < 2) {
    throw ShapeError("Variances need at least 2 draws of the weights and 2 samples of the state, found " +
                     std::to_string(counts.draws) + " and " + std::to_string(counts.samples) + ".");
  }
}

}  // namespace

std::vector<Tensor> sample_futures(StateSpaceModel& model, const Belief& belief, const Tensor& actions,
                                   OutcomeCounts counts, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const int64_t B = belief.mean.size(0), M = counts.draws, K = counts.samples;
  math::check_shape(actions, {B, -1, -1}, "actions");
  const Sampling sampling{rng, /*dropout=*/true};

  Belief future = repeat_rows(new_chain(belief), M);
  future.masks = model.draw_masks(future, sampling);
  future = repeat_rows(future, K);
  const TransitionMasks masks = future.masks;
  future.sample = math::sample(future.moments(), rng.normal_like(future.mean));

  std::vector<Tensor> features;
  for (const Tensor& action : actions.unbind(1)) {
    future = model.predict(future, action.repeat_interleave(M * K, 0), sampling);
    future.masks = masks;  // a model that draws for every step lets them go
    const bool one_draw = !masks.defined();
    features.push_back(model.features(future).view({B, one_draw ? 1 : M, one_draw ? M * K : K, -1}));
  }
  return features;
}

Forecast forecast(WorldModel& model, const Belief& belief, const Tensor& actions, OutcomeCounts counts,
                  math::TensorGenerator& rng) {
  check_counts(counts);
  const at::NoGradGuard no_grad;
  const size_t sensors = model.reconstructs() ? model.sensors().size() : 0;
  std::vector<std::vector<math::VarianceParts>> sensor_steps(sensors);
  std::vector<math::VarianceParts> reward_steps;
  for (const Tensor& features : sample_futures(model.dynamics(), belief, actions, counts, rng)) {
    for (size_t s = 0; s < sensors; ++s) {
      const auto decode = [&](const Tensor& rows) { return model.codec(s).decode(rows); };
      sensor_steps[s].push_back(decoded_variance(features, decode));
    }
    reward_steps.push_back(math::total_variance(model.predict_reward(features)));
  }
  Forecast result{.sensors = {}, .reward = stack_steps(reward_steps)};
  for (const auto& steps : sensor_steps) result.sensors.push_back(stack_steps(steps));
  return result;
}

math::DiagonalGaussian predictive(const math::VarianceParts& parts, const Tensor& likelihood_var) {
  return {parts.mean, parts.aleatoric + parts.epistemic + likelihood_var};
}

math::VarianceParts in_raw_units(const Codec& codec, const math::VarianceParts& parts) {
  const Tensor squared_unit = codec.unit().square();
  return {codec.denormalise(parts.mean), parts.aleatoric * squared_unit, parts.epistemic * squared_unit};
}

}  // namespace vrkn::model
