#include "vrkn/onnx/weights.h"

#include <algorithm>

#include "vrkn/core/error.h"

namespace vrkn::onnx {

Weights::Weights(const torch::nn::Module& module, const std::string& name) : scope_(name + ".") {
  Tensors tensors;
  for (const auto& item : module.named_parameters()) tensors.emplace(scope_ + item.key(), item.value());
  for (const auto& item : module.named_buffers()) tensors.emplace(scope_ + item.key(), item.value());
  tensors_ = std::make_shared<const Tensors>(std::move(tensors));
}

Weights Weights::of(std::string_view submodule) const {
  return {tensors_, scope_ + std::string(submodule) + "."};
}

bool Weights::contains(std::string_view name) const {
  const std::string full = scope_ + std::string(name);
  return std::ranges::any_of(*tensors_, [&](const auto& item) {
    return item.first.starts_with(full) && (item.first.size() == full.size() || item.first[full.size()] == '.');
  });
}

const at::Tensor& Weights::tensor(std::string_view name) const {
  const auto found = tensors_->find(scope_ + std::string(name));
  if (found == tensors_->end()) throw Error("the model has no weight '" + scope_ + std::string(name) + "'");
  return found->second;
}

Value Weights::constant(std::string_view name, const Value& beside) const {
  return beside.graph().constant(scope_ + std::string(name), tensor(name));
}

}  // namespace vrkn::onnx
