#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <torch/nn/module.h>

#include "vrkn/onnx/graph.h"

namespace vrkn::onnx {

/// The parameters and buffers of a module as constants of graphs, under the names that LibTorch gives them.
class Weights {
 public:
  /// `name`: stands before all names.
  Weights(const torch::nn::Module& module, const std::string& name);

  /// Those of a submodule.
  Weights of(std::string_view submodule) const;
  /// Whether there is a parameter or buffer of this name, or a submodule.
  bool contains(std::string_view name) const;
  /// Its tensor. Throws Error when there is none.
  const at::Tensor& tensor(std::string_view name) const;
  /// Its tensor as a constant of the graph of `beside`.
  Value constant(std::string_view name, const Value& beside) const;

 private:
  using Tensors = std::unordered_map<std::string, at::Tensor>;
  Weights(std::shared_ptr<const Tensors> tensors, std::string scope)
      : tensors_(std::move(tensors)), scope_(std::move(scope)) {}

  std::shared_ptr<const Tensors> tensors_;
  std::string scope_;  // with the dot at its end
};

}  // namespace vrkn::onnx
