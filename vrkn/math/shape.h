#pragma once

#include <string_view>

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// Throws ShapeError naming the tensor, the expected and the found sizes, unless `tensor` has exactly these sizes.
/// An expected size of -1 allows any.
void check_shape(const at::Tensor& tensor, at::IntArrayRef expected, std::string_view name);

}  // namespace vrkn::math
