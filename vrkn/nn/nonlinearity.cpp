#include "vrkn/nn/nonlinearity.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::nn {

Nonlinearity nonlinearity_from(std::string_view name) {
  if (name == "elu") return Nonlinearity::kElu;
  if (name == "relu") return Nonlinearity::kRelu;
  throw ConfigError("Unknown nonlinearity '" + std::string(name) + "'; allowed: elu, relu.");
}

at::Tensor activate(Nonlinearity nonlinearity, at::Tensor x) {
  // Both have gradients that need only the result, so the input may be overwritten.
  return nonlinearity == Nonlinearity::kElu ? at::elu_(x) : at::relu_(x);
}

}  // namespace vrkn::nn
