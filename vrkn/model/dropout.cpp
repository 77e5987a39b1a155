#include "vrkn/model/dropout.h"

#include <ATen/ATen.h>

namespace vrkn::model {

TransitionMasks MonteCarloDropout::for_step(const Belief& belief, Sampling sampling) const {
  if (!sampling.dropout || rate == 0.0) return {};
  if (belief.masks.defined()) return belief.masks;
  return draw({belief.sample.size(0)}, sampling.rng, belief.sample.scalar_type());
}

TransitionMasks MonteCarloDropout::for_sequences(const at::Tensor& actions, Sampling sampling) const {
  if (!sampling.dropout || rate == 0.0) return {};
  const int64_t B = actions.size(0), T = actions.size(1);
  if (!per_sequence) return draw({T, B}, sampling.rng, actions.scalar_type());
  const TransitionMasks once = draw({B}, sampling.rng, actions.scalar_type());
  const auto every_step = [T](const at::Tensor& mask) { return mask.unsqueeze(0).expand({T, -1, -1}); };
  return {every_step(once.input), every_step(once.gate), every_step(once.hidden)};
}

TransitionMasks MonteCarloDropout::draw(std::vector<int64_t> leading, math::TensorGenerator& rng,
                                        c10::ScalarType dtype) const {
  const auto batch_axis = static_cast<int64_t>(leading.size()) - 1;
  const auto mask = [&](int64_t size) {
    std::vector<int64_t> sizes = leading;
    sizes.push_back(size);
    return rng.dropout_mask(sizes, rate, dtype, batch_axis);
  };
  return {mask(hidden_dim), mask(gate_dim), mask(hidden_dim)};
}

}  // namespace vrkn::model
