#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

namespace vrkn::agent {

/// The smallest and the greatest reward seen so far, and what they allow of returns.
///
/// Nothing stops a reward network from promising more than any reward was where it has seen nothing, and a policy goes
/// where it is promised most; the value network, which learns from its own estimates, makes of the promise more yet.
/// So returns that no sequence of rewards allows are cut off, as Andrychowicz et al. (2017, Hindsight experience
/// replay, Appendix A) clip the targets of their value network.
class RewardRange final : public torch::nn::Module {
 public:
  RewardRange();

  /// rewards [...], as they were seen. Before the first ones nothing may be bounded.
  void learn(const at::Tensor& rewards);

  /// Rewards [...] within the range; gradient is zero outside.
  at::Tensor bound_rewards(const at::Tensor& rewards) const;
  /// Values [...] within what rewards in the range sum to for ever, `discount` below 1; gradient is zero outside.
  at::Tensor bound_values(const at::Tensor& values, double discount) const;

 private:
  at::Tensor range_;  // [2] smallest, greatest; infinite, the wrong way round, at first
};

}  // namespace vrkn::agent
