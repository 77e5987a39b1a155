#pragma once

#include <algorithm>
#include <cstdint>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "vrkn/math/part.h"

// What fused operations share (fused.cpp, fused_smoother.cpp).
namespace vrkn {

/// Calls work(real, first, rows) for portions of `rows` rows of `size` values, in threads; `real` is a value of the
/// type of `like`.
template <class Work>
void for_rows(const at::Tensor& like, int64_t rows, int64_t size, Work&& work) {
  constexpr int64_t kValuesAtOnce = 16384;
  const int64_t grain = std::max<int64_t>(1, kValuesAtOnce / size);
  as_part(kElementwise, [&] {
    at::parallel_for(0, rows, grain, [&](int64_t begin, int64_t end) {
      if (like.scalar_type() == at::kFloat) {
        work(float{}, begin, end - begin);
      } else {
        work(double{}, begin, end - begin);
      }
    });
  });
}

/// From row `first` on. Null for an undefined tensor.
template <class Real>
Real* data(const at::Tensor& tensor, int64_t first) {
  return tensor.defined() ? tensor.data_ptr<Real>() + first * (tensor.numel() / tensor.size(0)) : nullptr;
}

/// Gradients as they come may be undefined or views.
inline at::Tensor dense(const at::Tensor& gradient, const at::Tensor& like) {
  return gradient.defined() ? gradient.contiguous() : at::zeros_like(like);
}

}  // namespace vrkn
