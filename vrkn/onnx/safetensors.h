#pragma once

#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vrkn::onnx {

/// Tensors as a file of the format safetensors (https://github.com/huggingface/safetensors): the length of a header,
/// the header in JSON, and the numbers. Throws Error for a type other than float32, float64 and int64.
std::string safetensors(const std::vector<std::pair<std::string, at::Tensor>>& tensors);

}  // namespace vrkn::onnx
