#include "vrkn/nn/precision.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::nn {

Precision precision_from(std::string_view name) {
  if (name == "float32") return Precision::kFloat32;
  if (name == "bfloat16") return Precision::kBfloat16;
  throw ConfigError("Unknown precision '" + std::string(name) + "'; allowed: float32, bfloat16.");
}

at::Tensor to_precision(const at::Tensor& tensor, Precision precision) {
  if (precision == Precision::kFloat32) return tensor;
  return tensor.to(tensor.options().dtype(at::kBFloat16), /*non_blocking=*/false, /*copy=*/false,
                   at::MemoryFormat::ChannelsLast);
}

at::Tensor from_precision(const at::Tensor& tensor) {
  if (tensor.scalar_type() != at::kBFloat16) return tensor;
  return tensor.to(tensor.options().dtype(at::kFloat), /*non_blocking=*/false, /*copy=*/false,
                   at::MemoryFormat::Contiguous);
}

}  // namespace vrkn::nn
