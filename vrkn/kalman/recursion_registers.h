// Part of recursion_kernels.h, whose rules hold here: packs of numbers in registers, and memory to work in.
#pragma once

#include "vrkn/kalman/recursion.h"

namespace vrkn::kalman {
namespace {

typedef double Register __attribute__((vector_size(kWidth * sizeof(double)), aligned(8), may_alias));

constexpr double kEpsilon = 0x1.0p-52;
constexpr double kLog2Pi = 1.8378770664093454836;

inline const Register& load(const double* from) {
  return *reinterpret_cast<const Register*>(from);
}
inline void store(double* to, const Register& value) {
  *reinterpret_cast<Register*>(to) = value;
}

// Hands out pieces of the workspace, each beginning at a cache line.
struct Workspace {
  double* next;
  double* take(int64_t count) {
    double* const piece = next;
    next += padded(count);
    return piece;
  }
};

// Transposes a square of registers: entry j of register i becomes entry i of register j.
inline void transpose_square(Register (&r)[kWidth]) {
  typedef int64_t Indices __attribute__((vector_size(kWidth * sizeof(int64_t))));
  // Swaps the off-diagonal quarters, eighths, ...: where bit `half` of row and column differ.
  for (int64_t half = 1; half < kWidth; half *= 2) {
    Indices upper, lower;
    for (int64_t j = 0; j < kWidth; ++j) {
      upper[j] = (j & half) == 0 ? j : kWidth + j - half;
      lower[j] = (j & half) == 0 ? j + half : kWidth + j;
    }
    for (int64_t i = 0; i < kWidth; ++i) {
      if ((i & half) != 0) continue;
      const Register a = r[i], b = r[i + half];
      r[i] = __builtin_shuffle(a, b, upper);
      r[i + half] = __builtin_shuffle(a, b, lower);
    }
  }
}

// The natural logarithm of positive normal numbers. With x = m 2^e, m about 1, and z = (m - 1) / (m + 1):
// log x = e log 2 + 2 (z + z^3 / 3 + z^5 / 5 + ...), where |z| <= 0.172 makes eleven terms enough.
inline Register log_of(const Register& x) {
  typedef int64_t Bits __attribute__((vector_size(kWidth * sizeof(int64_t)), aligned(8), may_alias));
  const Bits bits = reinterpret_cast<const Bits&>(x);
  Bits exponent = (bits >> 52) - 1023;
  const Bits mantissa = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
  Register m = reinterpret_cast<const Register&>(mantissa);
  const auto large = m > 1.4142135623730951;
  m = large ? m * 0.5 : m;
  exponent -= large;  // true is -1
  const Register z = (m - 1.0) / (m + 1.0), square = z * z;
  Register series = Register{} + 1.0 / 21.0;
  for (int k = 19; k > 0; k -= 2) series = series * square + 1.0 / k;
  return __builtin_convertvector(exponent, Register) * 0.69314718055994531 + 2.0 * z * series;
}

}  // namespace
}  // namespace vrkn::kalman
