#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace vrkn::nn {

/// Takes weights out of automatic differentiation for as long as it lives: what is computed meanwhile has gradients
/// with respect to its inputs, but neither computes nor remembers what gradients of these weights would need.
class Frozen {
 public:
  /// `parameters`: leaves that require gradients.
  explicit Frozen(std::vector<at::Tensor> parameters);
  ~Frozen();
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  std::vector<at::Tensor> parameters_;
};

}  // namespace vrkn::nn
