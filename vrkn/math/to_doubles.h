#pragma once

#include <vector>

#include <ATen/ATen.h>

namespace vrkn::math {

/// The elements of a tensor of any type and device, row after row.
inline std::vector<double> to_doubles(const at::Tensor& values) {
  const at::Tensor host = values.to(at::kCPU, at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

}  // namespace vrkn::math
