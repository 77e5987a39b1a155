#include "vrkn/model/observation_noise.h"

#include <charconv>
#include <cmath>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/core/log_two_pi.h"
#include "vrkn/math/gaussian.h"
#include "vrkn/model/masked_likelihood.h"

namespace vrkn::model {

NoiseModel noise_model_from(std::string_view text, std::string_view key) {
  if (text == "learned") return {.kind = NoiseModel::Kind::kLearned};
  if (text == "learned-per-element") return {.kind = NoiseModel::Kind::kLearnedPerElement};
  NoiseModel model;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), model.std);
  if (error != std::errc() || end != text.data() + text.size() || !(model.std > 0.0) || !std::isfinite(model.std)) {
    throw ConfigError(std::string(key) + " is '" + std::string(text) +
                      "', but must be a standard deviation above 0, learned, or learned-per-element");
  }
  return model;
}

ObservationNoise::ObservationNoise(NoiseModel model, int64_t elements) : model_(model), elements_(elements) {
  if (!is_learned()) return;
  const bool each = model_.kind == NoiseModel::Kind::kLearnedPerElement;
  learned_var_ = register_buffer("var", each ? at::ones({elements}) : at::ones({}));
  batches_ = register_buffer("batches", at::zeros({}, at::kDouble));
}

at::Tensor ObservationNoise::var() const {
  return is_learned() ? learned_var_ : at::scalar_tensor(model_.std * model_.std);
}

ObservationNoise::Likelihood ObservationNoise::likelihood(const at::Tensor& mean, const at::Tensor& x,
                                                          const at::Tensor& visible) const {
  const auto values = static_cast<double>(elements_);
  if (model_.kind == NoiseModel::Kind::kLearnedPerElement) {
    const at::Tensor squared = (x - mean).square();
    return {((squared / learned_var_).sum(-1) + learned_var_.log().sum() + values * kLogTwoPi) * -0.5,
            squared.detach()};
  }
  // Images without a visible pixel say nothing; all others count whole.
  const at::Tensor squared =
      visible.defined() ? masked_squared_error(mean, x, visible) : math::squared_error(mean, x, 1);
  const at::Tensor counted =
      visible.defined() ? visible.flatten(1).any(1).to(squared.scalar_type()) : at::ones({}, squared.options());
  if (!is_learned()) {
    const double var = model_.std * model_.std;
    return {squared * (-0.5 / var) + counted * (-0.5 * values * (kLogTwoPi + std::log(var))), {}};
  }
  return {squared / learned_var_ * -0.5 + counted * (learned_var_.log() + kLogTwoPi) * (-0.5 * values),
          squared.detach() / values};
}

void ObservationNoise::learn(const at::Tensor& squared_error, const at::Tensor& counts,
                             const std::function<void(at::Tensor& sums)>& average) {
  const at::NoGradGuard no_grad;
  const at::Tensor weights = counts.to(squared_error.scalar_type());
  const at::Tensor sum = squared_error.dim() > 1 ? (squared_error * weights.unsqueeze(-1)).sum(0)
                                                 : (squared_error * weights).sum().unsqueeze(0);
  at::Tensor sums = at::cat({sum, weights.sum().unsqueeze(0)});
  if (average) average(sums);
  const at::Tensor count = sums.slice(0, -1).squeeze(0);
  const at::Tensor anything = count > 0;
  const at::Tensor optimum =
      (sums.slice(0, 0, -1).view_as(learned_var_) / count.clamp_min(1e-6)).clamp_min(kSmallestVar);
  batches_.add_(anything);
  const at::Tensor rate = batches_.clamp(1.0, kAveraged).reciprocal().to(learned_var_.scalar_type());
  learned_var_.copy_(at::where(anything, learned_var_ + (optimum - learned_var_) * rate, learned_var_));
}

}  // namespace vrkn::model
