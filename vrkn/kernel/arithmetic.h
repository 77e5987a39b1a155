#pragma once

#include <cstdint>

// What the elements of recurrent_elements.h and smoother_elements.h are computed with, on processors and on devices.
// All is constexpr for nvcc, which then lets code for devices call it; with internal linkage as in philox_loops.h.
namespace vrkn::kernel {
namespace {

/// In float 2^k times a polynomial in what is left, |rest| <= log(2) / 2; within 2 ulp. Beyond +-87 it stays finite.
template <class Real>
constexpr Real exp_of(Real x) {
  if constexpr (sizeof(Real) == sizeof(double)) {
    return __builtin_exp(x);
  } else {
    constexpr float kRounding = 12582912.0f;  // 1.5 * 2^23: adding it leaves an integer in the lower bits
    const float clamped = x > 87.0f ? 87.0f : (x < -87.0f ? -87.0f : x);
    const float shifted = clamped * 1.44269504f + kRounding;
    const float k = shifted - kRounding;
    const float rest = (clamped - k * 0.693359375f) + k * 2.12194440e-4f;
    const float series =
        1.0f +
        rest * (1.0f + rest * (0.5f + rest * (1.6666667e-1f +
                                              rest * (4.1666667e-2f + rest * (8.3333333e-3f + rest * 1.3888889e-3f)))));
    const uint32_t exponent = (__builtin_bit_cast(uint32_t, shifted) + 127u) << 23;
    return series * __builtin_bit_cast(float, exponent);
  }
}

template <class Real>
constexpr Real sqrt_of(Real x) {
  if constexpr (sizeof(Real) == sizeof(double)) {
    return __builtin_sqrt(x);
  } else {
    return __builtin_sqrtf(x);
  }
}

template <class Real>
constexpr Real sigmoid(Real x) {
  return Real(1) / (Real(1) + exp_of(-x));
}
template <class Real>
constexpr Real tanh_of(Real x) {
  return Real(2) / (Real(1) + exp_of(Real(-2) * x)) - Real(1);
}

}  // namespace
}  // namespace vrkn::kernel
