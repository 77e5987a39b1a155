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

}  // namespace vrkn::math
