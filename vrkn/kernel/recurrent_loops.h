#pragma once

#include <cstdint>

#include "vrkn/kernel/recurrent.h"

// The loops of vrkn/kernel/recurrent.h, with internal linkage as in philox_loops.h.
namespace vrkn::kernel {
namespace {

/// e^x: 2^k times a polynomial in what is left, |rest| <= log(2) / 2; within 2 ulp. Beyond +-87 it stays finite.
inline float exp_of(float x) {
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
inline double exp_of(double x) {
  return __builtin_exp(x);
}
inline float sqrt_of(float x) {
  return __builtin_sqrtf(x);
}
inline double sqrt_of(double x) {
  return __builtin_sqrt(x);
}

template <class Real>
inline Real sigmoid(Real x) {
  return Real(1) / (Real(1) + exp_of(-x));
}
template <class Real>
inline Real tanh_of(Real x) {
  return Real(2) / (Real(1) + exp_of(Real(-2) * x)) - Real(1);
}

/// A bounded sigmoid in Real.
template <class Real>
struct Bounded {
  explicit Bounded(const BoundedSigmoid& b)
      : low(Real(b.low)), high(Real(b.high)), range(Real(b.high - b.low)), shift(Real(b.shift)) {}
  Real operator()(Real x) const { return low + range * sigmoid(x + shift); }
  /// The derivative, given the value.
  Real slope(Real value) const { return (value - low) * (high - value) / range; }

  Real low, high, range, shift;
};

template <class Real>
void gru_step(int64_t rows, int64_t size, const Real* x, const Real* h, const Real* memory, Real* next, Real* gates) {
  for (int64_t row = 0; row < rows; ++row, x += 3 * size, h += 3 * size, memory += size, next += size) {
#pragma GCC ivdep
    for (int64_t i = 0; i < size; ++i) {
      const Real reset = sigmoid(x[i] + h[i]), keep = sigmoid(x[size + i] + h[size + i]);
      const Real candidate = tanh_of(x[2 * size + i] + reset * h[2 * size + i]);
      next[i] = candidate + keep * (memory[i] - candidate);
      if (gates != nullptr) {
        gates[i] = reset;
        gates[size + i] = keep;
        gates[2 * size + i] = candidate;
        gates[3 * size + i] = h[2 * size + i];
      }
    }
    if (gates != nullptr) gates += 4 * size;
  }
}

template <class Real>
void gru_step_back(int64_t rows, int64_t size, const Real* gates, const Real* memory, const Real* d_next, Real* d_x,
                   Real* d_h, Real* d_memory) {
  for (int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
    for (int64_t i = 0; i < size; ++i) {
      const Real reset = gates[i], keep = gates[size + i], candidate = gates[2 * size + i], h_n = gates[3 * size + i];
      const Real d_candidate = d_next[i] * (Real(1) - keep) * (Real(1) - candidate * candidate);
      const Real d_reset = d_candidate * h_n * reset * (Real(1) - reset);
      const Real d_keep = d_next[i] * (memory[i] - candidate) * keep * (Real(1) - keep);
      d_memory[i] = d_next[i] * keep;
      d_x[i] = d_h[i] = d_reset;
      d_x[size + i] = d_h[size + i] = d_keep;
      d_x[2 * size + i] = d_candidate;
      d_h[2 * size + i] = d_candidate * reset;
    }
    gates += 4 * size, memory += size, d_next += size, d_x += 3 * size, d_h += 3 * size, d_memory += size;
  }
}

template <class Real>
void predict_step(int64_t rows, int64_t size, const DynamicsBounds& bounds, const Real* raw, const Real* mean,
                  const Real* var, const PredictArrays<Real>& out) {
  const Bounded<Real> factor_of(bounds.factor), var_of(bounds.var);
  for (int64_t row = 0; row < rows; ++row) {
    const Real* const r = raw + row * 3 * size;
#pragma GCC ivdep
    for (int64_t i = 0, at = row * size; i < size; ++i, ++at) {
      const Real A = factor_of(r[i]), Q = var_of(r[size + i]), b = r[2 * size + i];
      out.factor[at] = A;
      out.var[at] = Q;
      out.offset[at] = b;
      out.mean[at] = A * mean[at] + b;
      out.belief_var[at] = A * A * var[at] + Q;
    }
  }
}

template <class Real>
void predict_step_back(int64_t rows, int64_t size, const DynamicsBounds& bounds, const Real* factor, const Real* var,
                       const Real* mean, const Real* belief_var, const PredictArrays<const Real>& d, Real* d_raw,
                       Real* d_mean, Real* d_var) {
  const Bounded<Real> factor_of(bounds.factor), var_of(bounds.var);
  for (int64_t row = 0; row < rows; ++row) {
    Real* const r = d_raw + row * 3 * size;
#pragma GCC ivdep
    for (int64_t i = 0, at = row * size; i < size; ++i, ++at) {
      const Real A = factor[at], d_m = d.mean[at], d_P = d.belief_var[at];
      const Real d_A = d.factor[at] + d_m * mean[at] + Real(2) * A * belief_var[at] * d_P;
      r[i] = d_A * factor_of.slope(A);
      r[size + i] = (d.var[at] + d_P) * var_of.slope(var[at]);
      r[2 * size + i] = d.offset[at] + d_m;
      d_mean[at] = A * d_m;
      d_var[at] = A * A * d_P;
    }
  }
}

template <class Real>
void imagine_step(int64_t rows, int64_t size, const DynamicsBounds& bounds, const Real* raw, const Real* noise,
                  const ImagineArrays<const Real>& belief, const ImagineArrays<Real>& out) {
  const Bounded<Real> factor_of(bounds.factor), var_of(bounds.var);
  for (int64_t row = 0; row < rows; ++row) {
    const Real* const r = raw + row * 3 * size;
#pragma GCC ivdep
    for (int64_t i = 0, at = row * size; i < size; ++i, ++at) {
      const Real A = factor_of(r[i]), Q = var_of(r[size + i]), b = r[2 * size + i];
      out.mean[at] = A * belief.mean[at] + b;
      out.var[at] = A * A * belief.var[at] + Q;
      out.state[at] = A * belief.state[at] + b + sqrt_of(Q) * noise[at];
    }
  }
}

template <class Real>
void imagine_step_back(int64_t rows, int64_t size, const DynamicsBounds& bounds, const Real* raw, const Real* noise,
                       const ImagineArrays<const Real>& belief, const ImagineArrays<const Real>& d, Real* d_raw,
                       const ImagineArrays<Real>& d_belief) {
  const Bounded<Real> factor_of(bounds.factor), var_of(bounds.var);
  for (int64_t row = 0; row < rows; ++row) {
    const Real* const r = raw + row * 3 * size;
    Real* const d_r = d_raw + row * 3 * size;
#pragma GCC ivdep
    for (int64_t i = 0, at = row * size; i < size; ++i, ++at) {
      const Real A = factor_of(r[i]), Q = var_of(r[size + i]);
      const Real d_m = d.mean[at], d_P = d.var[at], d_s = d.state[at];
      const Real d_A = d_m * belief.mean[at] + d_s * belief.state[at] + Real(2) * A * belief.var[at] * d_P;
      d_r[i] = d_A * factor_of.slope(A);
      d_r[size + i] = (d_P + d_s * noise[at] / (Real(2) * sqrt_of(Q))) * var_of.slope(Q);
      d_r[2 * size + i] = d_m + d_s;
      d_belief.mean[at] = A * d_m;
      d_belief.var[at] = A * A * d_P;
      d_belief.state[at] = A * d_s;
    }
  }
}

template <class Real>
void update_step(int64_t rows, int64_t size, const UpdateArrays<const Real>& in, const Real* valid, Real* mean,
                 Real* var) {
  for (int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
    for (int64_t i = 0, at = row * size; i < size; ++i, ++at) {
      const Real P = in.var[at], R = in.obs_var[at], K = valid[row] * P / (P + R), left = Real(1) - K;
      mean[at] = in.mean[at] + K * (in.obs[at] - in.mean[at]);
      var[at] = left * left * P + K * K * R;
    }
  }
}

template <class Real>
void update_step_back(int64_t rows, int64_t size, const UpdateArrays<const Real>& in, const Real* valid,
                      const Real* d_mean, const Real* d_var, const UpdateArrays<Real>& d) {
  for (int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
    for (int64_t i = 0, at = row * size; i < size; ++i, ++at) {
      const Real P = in.var[at], R = in.obs_var[at], S = P + R, K = valid[row] * P / S, left = Real(1) - K;
      const Real d_K = d_mean[at] * (in.obs[at] - in.mean[at]) + Real(2) * d_var[at] * (K * R - left * P);
      const Real d_ratio =
          valid[row] * d_K / (S * S);  // K = valid P / S: dK/dP = valid R / S^2, dK/dR = -valid P / S^2
      d.mean[at] = d_mean[at] * left;
      d.obs[at] = d_mean[at] * K;
      d.var[at] = d_var[at] * left * left + d_ratio * R;
      d.obs_var[at] = d_var[at] * K * K - d_ratio * P;
    }
  }
}

}  // namespace
}  // namespace vrkn::kernel
