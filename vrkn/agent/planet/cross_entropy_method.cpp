#include "vrkn/agent/planet/cross_entropy_method.h"

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/shape.h"

namespace vrkn::agent {

at::Tensor plan_with_cross_entropy(const PlanScore& score, int64_t batch, int64_t action_size,
                                   const PlanetConfig& config, math::TensorGenerator& rng) {
  const int64_t N = config.population_size, K = config.num_elites, H = config.horizon, A = action_size;
  const auto options = at::TensorOptions().device(rng.device());
  at::Tensor mean = at::zeros({batch, 1, H, A}, options), std = at::ones({batch, 1, H, A}, options);
  at::Tensor finite = at::ones({}, options.dtype(at::kBool));  // asked once at the end: asking waits for the device
  for (int64_t iteration = 0; iteration < config.iterations; ++iteration) {
    const at::Tensor plans = (mean + std * rng.normal({batch, N, H, A})).clamp(-1.0, 1.0);
    const at::Tensor returns = score(plans);
    math::check_shape(returns, {batch, N}, "plan returns");
    finite = finite & returns.isfinite().all();
    const at::Tensor best = std::get<1>(returns.topk(K, /*dim=*/1, /*largest=*/true, /*sorted=*/false));
    const at::Tensor top = plans.gather(1, best.view({batch, K, 1, 1}).expand({batch, K, H, A}));
    mean = top.mean(1, /*keepdim=*/true);
    std = top.std(1, /*unbiased=*/true, /*keepdim=*/true);
  }
  if (!finite.item<bool>()) throw NumericalError("The planner met an imagined return that is not finite.");
  return mean.squeeze(1);
}

}  // namespace vrkn::agent
