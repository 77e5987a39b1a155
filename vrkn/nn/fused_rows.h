#pragma once

#include <algorithm>
#include <cstdint>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/DeviceGuard.h>

#include "vrkn/kernel/device_stream.h"
#include "vrkn/math/profile_scope.h"
#include "vrkn/nn/current_stream.h"

// What fused operations share (fused.cpp, fused_smoother.cpp).
namespace vrkn::nn {

/// The rows of contiguous tensors that one call of a kernel works on.
template <class Real>
struct Rows {
  kernel::DeviceStream where;
  int64_t first, count;

  /// These rows of a tensor. Null for an undefined one.
  Real* of(const at::Tensor& tensor) const {
    return tensor.defined() ? tensor.data_ptr<Real>() + first * (tensor.numel() / tensor.size(0)) : nullptr;
  }
};

/// Calls work(rows) for all `rows` rows of `size` values, Real being the type of `like`: on the CPU for portions, in
/// threads; on a CUDA device, which must be able to (can_fuse), once.
template <class Work>
void for_rows(const at::Tensor& like, int64_t rows, int64_t size, Work&& work) {
  if (rows == 0) return;
  const auto call = [&](const kernel::DeviceStream& where, int64_t first, int64_t count) {
    if (like.scalar_type() == at::kFloat) {
      work(Rows<float>{where, first, count});
    } else {
      work(Rows<double>{where, first, count});
    }
  };
  math::profile_scope(math::kElementwise, [&] {
    if (like.is_cuda()) {
      const c10::DeviceGuard guard(like.device());
      call(current_stream(like.device()), 0, rows);
      return;
    }
    constexpr int64_t kValuesAtOnce = 16384;
    const int64_t grain = std::max<int64_t>(1, kValuesAtOnce / size);
    at::parallel_for(0, rows, grain, [&](int64_t begin, int64_t end) { call({}, begin, end - begin); });
  });
}

/// Gradients as they come may be undefined or views.
inline at::Tensor dense(const at::Tensor& gradient, const at::Tensor& like) {
  return gradient.defined() ? gradient.contiguous() : at::zeros_like(like);
}

}  // namespace vrkn::nn
