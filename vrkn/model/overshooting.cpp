#include "vrkn/model/overshooting.h"

#include <vector>

#include <ATen/ATen.h>

namespace vrkn::model {

at::Tensor overshooting_kl(StateSpaceModel& dynamics, const Inference& inference, const at::Tensor& actions,
                           int64_t distance, Sampling sampling) {
  const int64_t B = actions.size(0), starts = actions.size(1) - distance;
  /// Of the steps `later` after the starts: [B, starts, ...] -> [B * starts, ...].
  const auto steps = [&](const at::Tensor& values, int64_t later) {
    return values.defined() ? values.detach().narrow(1, later, starts).flatten(0, 1) : values;
  };
  const Belief& start = inference.posterior;
  Belief belief{steps(start.mean, 0), steps(start.var, 0), steps(start.sample, 0), steps(start.memory, 0)};
  std::vector<at::Tensor> kls;
  for (int64_t k = 1; k <= distance; ++k) {
    belief = dynamics.predict(belief, steps(actions, k), sampling);
    if (k == 1) continue;
    const math::DiagonalGaussian inferred{steps(inference.belief.mean, k), steps(inference.belief.var, k)};
    kls.push_back(math::kl_divergence(inferred, belief.moments()).view({B, starts}));
  }
  return at::stack(kls);
}

}  // namespace vrkn::model
