#include "vrkn/math/total_variance.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::math {

VarianceParts total_variance(const at::Tensor& outcomes) {
  if (outcomes.dim() < 3 || outcomes.size(2) < 2) {
    throw ShapeError("The variance of outcomes needs at least 2 for every draw of the model [B, M, K, ...], found " +
                     (outcomes.dim() < 3 ? "no third axis" : std::to_string(outcomes.size(2))) + ".");
  }
  const auto M = outcomes.size(1), K = outcomes.size(2);
  const auto [variances, means] = at::var_mean(outcomes, at::IntArrayRef{2}, /*correction=*/1);
  const at::Tensor mean = means.mean(1), within = variances.mean(1);
  if (M == 1) return {mean, within, at::zeros_like(within)};
  const at::Tensor between = means.var(at::IntArrayRef{1}, /*correction=*/1);
  return {mean, within, at::sub(between, within, 1.0 / static_cast<double>(K)).clamp_min(0.0)};
}

NestedVarianceParts nested_variance(const at::Tensor& outcomes) {
  if (outcomes.dim() < 4 || outcomes.size(2) < 2 || outcomes.size(3) < 2) {
    throw ShapeError("Nested variances need outcomes [B, M, K, R, ...] of at least 2 states and 2 ways from each.");
  }
  const auto M = outcomes.size(1);
  const auto K = static_cast<double>(outcomes.size(2)), R = static_cast<double>(outcomes.size(3));
  const auto [variances, way_means] = at::var_mean(outcomes, at::IntArrayRef{3}, /*correction=*/1);
  const auto [state_variances, means] = at::var_mean(way_means, at::IntArrayRef{2}, /*correction=*/1);
  const at::Tensor transition = variances.mean(at::IntArrayRef{1, 2}), within = state_variances.mean(1);
  const at::Tensor epistemic =
      M == 1 ? at::zeros_like(within) : means.var(at::IntArrayRef{1}, /*correction=*/1) - within / K;
  return {means.mean(1), transition, within - transition / R, epistemic};
}

}  // namespace vrkn::math
