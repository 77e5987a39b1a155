#include "vrkn/agent/dreamer/reward_range.h"

#include <limits>

#include <ATen/ATen.h>

namespace vrkn::agent {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

RewardRange::RewardRange() : range_(register_buffer("range", at::tensor({kInfinity, -kInfinity}).to(at::kFloat))) {}

void RewardRange::learn(const at::Tensor& rewards) {
  const at::NoGradGuard no_grad;
  range_.copy_(at::stack({at::minimum(range_[0], rewards.min()), at::maximum(range_[1], rewards.max())}));
}

at::Tensor RewardRange::bound_rewards(const at::Tensor& rewards) const {
  return at::clamp(rewards, range_[0], range_[1]);
}

at::Tensor RewardRange::bound_values(const at::Tensor& values, double discount) const {
  const at::Tensor bounds = range_ / (1.0 - discount);
  return at::clamp(values, bounds[0], bounds[1]);
}

}  // namespace vrkn::agent
