#pragma once

#include <cstdint>

#include "vrkn/kernel/arithmetic.h"
#include "vrkn/kernel/recurrent.h"

// The functions of vrkn/kernel/recurrent.h as what they do to one element: f(row, i) for element i of a row. The loops
// for processors (loops.h) and the kernels for devices (cuda_kernels.cu) call it for all of them.
// First all is read, then all is written: a compiler that cannot know whether arrays overlap keeps to the order.
namespace vrkn::kernel {
namespace {

/// A bounded sigmoid in Real.
template <class Real>
struct Bounded {
  constexpr explicit Bounded(const BoundedSigmoid& b)
      : low(Real(b.low)), high(Real(b.high)), range(Real(b.high - b.low)), shift(Real(b.shift)) {}
  constexpr Real operator()(Real x) const { return low + range * sigmoid(x + shift); }
  /// The derivative, given the value.
  constexpr Real slope(Real value) const { return (value - low) * (high - value) / range; }

  Real low, high, range, shift;
};

/// The bounds of locally linear dynamics in Real.
template <class Real>
struct Dynamics {
  constexpr explicit Dynamics(const DynamicsBounds& bounds) : factor(bounds.factor), var(bounds.var) {}

  Bounded<Real> factor, var;
};

template <class Real>
struct GruForward {
  int64_t size;
  const Real *x, *h, *memory;
  Real *next, *gates;

  constexpr void operator()(int64_t row, int64_t i) const {
    const Real *const x_row = x + row * 3 * size, *const h_row = h + row * 3 * size;
    const int64_t at = row * size + i;
    const Real reset = sigmoid(x_row[i] + h_row[i]), keep = sigmoid(x_row[size + i] + h_row[size + i]);
    const Real h_n = h_row[2 * size + i], candidate = tanh_of(x_row[2 * size + i] + reset * h_n);
    next[at] = candidate + keep * (memory[at] - candidate);
    if (gates != nullptr) {
      Real* const gates_row = gates + row * 4 * size;
      gates_row[i] = reset;
      gates_row[size + i] = keep;
      gates_row[2 * size + i] = candidate;
      gates_row[3 * size + i] = h_n;
    }
  }
};

template <class Real>
struct GruBackward {
  int64_t size;
  const Real *gates, *memory, *d_next;
  Real *d_x, *d_h, *d_memory;

  constexpr void operator()(int64_t row, int64_t i) const {
    const Real* const g = gates + row * 4 * size;
    Real *const x = d_x + row * 3 * size, *const h = d_h + row * 3 * size;
    const int64_t at = row * size + i;
    const Real reset = g[i], keep = g[size + i], candidate = g[2 * size + i], h_n = g[3 * size + i];
    const Real d = d_next[at], d_candidate = d * (Real(1) - keep) * (Real(1) - candidate * candidate);
    const Real d_reset = d_candidate * h_n * reset * (Real(1) - reset);
    const Real d_keep = d * (memory[at] - candidate) * keep * (Real(1) - keep);
    d_memory[at] = d * keep;
    x[i] = h[i] = d_reset;
    x[size + i] = h[size + i] = d_keep;
    x[2 * size + i] = d_candidate;
    h[2 * size + i] = d_candidate * reset;
  }
};

template <class Real>
struct PredictForward {
  int64_t size;
  Dynamics<Real> dynamics;
  const Real *raw, *mean, *var;
  PredictArrays<Real> out;

  constexpr void operator()(int64_t row, int64_t i) const {
    const Real* const r = raw + row * 3 * size;
    const int64_t at = row * size + i;
    const Real A = dynamics.factor(r[i]), Q = dynamics.var(r[size + i]), b = r[2 * size + i];
    const Real m = mean[at], P = var[at];
    out.factor[at] = A;
    out.var[at] = Q;
    out.offset[at] = b;
    out.mean[at] = A * m + b;
    out.belief_var[at] = A * A * P + Q;
  }
};

template <class Real>
struct PredictBackward {
  int64_t size;
  Dynamics<Real> dynamics;
  const Real *factor, *var, *mean, *belief_var;
  PredictArrays<const Real> d;
  Real *d_raw, *d_mean, *d_var;

  constexpr void operator()(int64_t row, int64_t i) const {
    Real* const r = d_raw + row * 3 * size;
    const int64_t at = row * size + i;
    const Real A = factor[at], Q = var[at], d_m = d.mean[at], d_P = d.belief_var[at];
    const Real d_A = d.factor[at] + d_m * mean[at] + Real(2) * A * belief_var[at] * d_P;
    const Real d_Q = d.var[at] + d_P, d_b = d.offset[at] + d_m;
    r[i] = d_A * dynamics.factor.slope(A);
    r[size + i] = d_Q * dynamics.var.slope(Q);
    r[2 * size + i] = d_b;
    d_mean[at] = A * d_m;
    d_var[at] = A * A * d_P;
  }
};

template <class Real>
struct ImagineForward {
  int64_t size;
  Dynamics<Real> dynamics;
  const Real *raw, *noise;
  ImagineArrays<const Real> belief;
  ImagineArrays<Real> out;

  constexpr void operator()(int64_t row, int64_t i) const {
    const Real* const r = raw + row * 3 * size;
    const int64_t at = row * size + i;
    const Real A = dynamics.factor(r[i]), Q = dynamics.var(r[size + i]), b = r[2 * size + i];
    const Real m = belief.mean[at], P = belief.var[at], s = belief.state[at], deviation = sqrt_of(Q) * noise[at];
    out.mean[at] = A * m + b;
    out.var[at] = A * A * P + Q;
    out.state[at] = A * s + b + deviation;
  }
};

template <class Real>
struct ImagineBackward {
  int64_t size;
  Dynamics<Real> dynamics;
  const Real *raw, *noise;
  ImagineArrays<const Real> belief, d;
  Real* d_raw;
  ImagineArrays<Real> d_belief;

  constexpr void operator()(int64_t row, int64_t i) const {
    const Real* const r = raw + row * 3 * size;
    Real* const d_r = d_raw + row * 3 * size;
    const int64_t at = row * size + i;
    const Real A = dynamics.factor(r[i]), Q = dynamics.var(r[size + i]);
    const Real d_m = d.mean[at], d_P = d.var[at], d_s = d.state[at];
    const Real d_A = d_m * belief.mean[at] + d_s * belief.state[at] + Real(2) * A * belief.var[at] * d_P;
    const Real d_Q = d_P + d_s * noise[at] / (Real(2) * sqrt_of(Q));
    d_r[i] = d_A * dynamics.factor.slope(A);
    d_r[size + i] = d_Q * dynamics.var.slope(Q);
    d_r[2 * size + i] = d_m + d_s;
    d_belief.mean[at] = A * d_m;
    d_belief.var[at] = A * A * d_P;
    d_belief.state[at] = A * d_s;
  }
};

template <class Real>
struct UpdateForward {
  int64_t size;
  UpdateArrays<const Real> in;
  const Real* valid;
  Real *mean, *var;

  constexpr void operator()(int64_t row, int64_t i) const {
    const int64_t at = row * size + i;
    const Real P = in.var[at], R = in.obs_var[at], K = valid[row] * P / (P + R), left = Real(1) - K;
    mean[at] = in.mean[at] + K * (in.obs[at] - in.mean[at]);
    var[at] = left * left * P + K * K * R;
  }
};

template <class Real>
struct UpdateBackward {
  int64_t size;
  UpdateArrays<const Real> in;
  const Real *valid, *d_mean, *d_var;
  UpdateArrays<Real> d;

  constexpr void operator()(int64_t row, int64_t i) const {
    const int64_t at = row * size + i;
    const Real P = in.var[at], R = in.obs_var[at], S = P + R, K = valid[row] * P / S, left = Real(1) - K;
    const Real d_m = d_mean[at], d_P = d_var[at];
    const Real d_K = d_m * (in.obs[at] - in.mean[at]) + Real(2) * d_P * (K * R - left * P);
    // K = valid P / S: dK/dP = valid R / S^2, dK/dR = -valid P / S^2
    const Real d_ratio = valid[row] * d_K / (S * S);
    d.mean[at] = d_m * left;
    d.obs[at] = d_m * K;
    d.var[at] = d_P * left * left + d_ratio * R;
    d.obs_var[at] = d_P * K * K - d_ratio * P;
  }
};

}  // namespace
}  // namespace vrkn::kernel
