#pragma once

#include <cmath>
#include <map>
#include <string>

#include <ATen/ATen.h>
#include <Eigen/Dense>
#include <torch/nn/module.h>

namespace vrkn {

using SlowVector = Eigen::ArrayXd;

/// Entries [at...] of a double tensor, its last axis, as a vector.
inline SlowVector slow_vector(const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().to(at::kDouble).contiguous();
  return Eigen::Map<const SlowVector>(values.data_ptr<double>(), values.numel());
}

/// The layers of a module, written from their equations on one vector at a time, with the module's weights: the slow,
/// independent oracle of networks. Calls none of the module's functions.
class SlowLayers {
 public:
  explicit SlowLayers(const torch::nn::Module& module) {
    for (const auto& item : module.named_parameters()) tensors_[item.key()] = item.value();
    for (const auto& item : module.named_buffers()) tensors_[item.key()] = item.value();
  }

  SlowVector vector(const std::string& name) const { return slow_vector(tensors_.at(name)); }

  /// W x + b
  SlowVector linear(const std::string& name, const SlowVector& x) const {
    return affine(name + ".weight", x) + vector(name + ".bias");
  }

  /// Hidden layers with ELU, then a linear output layer if there is one.
  SlowVector mlp(const std::string& name, SlowVector x) const {
    for (int i = 0; tensors_.count(name + ".hidden" + std::to_string(i) + ".weight") > 0; ++i) {
      x = elu(linear(name + ".hidden" + std::to_string(i), x));
    }
    return tensors_.count(name + ".output.weight") > 0 ? linear(name + ".output", x) : x;
  }

  /// A gated recurrent unit (Cho et al. 2014), gates in the order reset, update, candidate.
  SlowVector gru(const std::string& name, const SlowVector& x, const SlowVector& memory) const {
    const SlowVector from_x = affine(name + ".input_weight", x) + vector(name + ".input_bias");
    const SlowVector from_memory = affine(name + ".memory_weight", memory) + vector(name + ".memory_bias");
    const Eigen::Index n = memory.size();
    SlowVector next(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const double reset = sigmoid(from_x(i) + from_memory(i));
      const double keep = sigmoid(from_x(n + i) + from_memory(n + i));
      const double candidate = std::tanh(from_x(2 * n + i) + reset * from_memory(2 * n + i));
      next(i) = (1.0 - keep) * candidate + keep * memory(i);
    }
    return next;
  }

  static SlowVector elu(const SlowVector& x) {
    return x.unaryExpr([](double value) { return value > 0.0 ? value : std::expm1(value); });
  }
  static SlowVector softplus(const SlowVector& x) {
    return x.unaryExpr([](double value) { return std::log1p(std::exp(value)); });
  }
  static double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

 private:
  SlowVector affine(const std::string& name, const SlowVector& x) const {
    const at::Tensor weight = tensors_.at(name).detach();
    SlowVector y(weight.size(0));
    for (int64_t row = 0; row < weight.size(0); ++row) y(row) = (slow_vector(weight[row]) * x).sum();
    return y;
  }

  std::map<std::string, at::Tensor> tensors_;
};

}  // namespace vrkn
