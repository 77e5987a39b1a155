#pragma once

#include <cstdint>

#include "vrkn/kernel/arithmetic.h"
#include "vrkn/kernel/smoother.h"

// The smoother of vrkn/kernel/smoother.h as what they do to element i of a row, whose steps follow from each other. A
// thread of a device takes an element through all steps, f(row, i), and what a step tells the next stays in registers;
// the loops for processors (loops.h) take all elements through one step before the next, and keep that in the arrays.
namespace vrkn::kernel {
namespace {

/// Mean and variance of an element, or their gradients.
template <class Real>
struct MeanAndVar {
  Real mean, var;
};

/// Backwards over the steps, each told m^s and P^s of the step after it and returning its own.
template <class Real>
struct SmoothForward {
  int64_t steps, size;
  FilteredArrays<const Real> in;
  const Real* noise;
  SmoothedArrays<Real> out;

  constexpr void operator()(int64_t row, int64_t i) const {
    MeanAndVar<Real> smoothed = at_last(row, i);
    for (int64_t t = steps - 2; t >= 0; --t) smoothed = at_step(row, t, i, smoothed);
    at_first(row, i, smoothed);
  }

  constexpr int64_t index(int64_t row, int64_t t, int64_t i) const { return (row * steps + t) * size + i; }

  constexpr MeanAndVar<Real> smoothed(int64_t row, int64_t t, int64_t i) const {
    return {out.mean[index(row, t, i)], out.var[index(row, t, i)]};
  }

  constexpr MeanAndVar<Real> at_last(int64_t row, int64_t i) const {
    const int64_t at = index(row, steps - 1, i);
    const Real mean = in.mean[at], var = in.var[at];
    out.mean[at] = mean;
    out.var[at] = var;
    out.state[at] = mean + sqrt_of(var) * noise[at];
    return {mean, var};
  }

  constexpr MeanAndVar<Real> at_step(int64_t row, int64_t t, int64_t i, const MeanAndVar<Real>& after) const {
    const int64_t at = index(row, t, i), next = at + size, k = at - row * size;
    const Real A = in.factor[k], Q = in.noise_var[k], b = in.offset[k];
    const Real share = in.var[at] / in.prior_var[next], C = share * A, V = share * Q;
    const Real mean = in.mean[at] + C * (after.mean - in.prior_mean[next]), var = V + C * C * after.var;
    const Real deviation = sqrt_of(var) * noise[at], state = mean + deviation, ratio = after.var / var;
    out.mean[at] = mean;
    out.var[at] = var;
    out.state[at] = state;
    out.inferred_mean[next] = after.mean + C * ratio * deviation;
    out.inferred_var[next] = ratio * V;
    out.predicted_mean[next] = A * state + b;
    out.predicted_var[next] = Q;
    return {mean, var};
  }

  constexpr void at_first(int64_t row, int64_t i, const MeanAndVar<Real>& smoothed) const {
    const int64_t at = index(row, 0, i);
    const Real prior_mean = in.prior_mean[at], prior_var = in.prior_var[at];
    out.inferred_mean[at] = smoothed.mean;
    out.inferred_var[at] = smoothed.var;
    out.predicted_mean[at] = prior_mean;
    out.predicted_var[at] = prior_var;
  }
};

/// Forwards over the steps. Each gets the adjoint of its m^s and P^s from the steps before, and returns that of the
/// next.
template <class Real>
struct SmoothBackward {
  int64_t steps, size;
  FilteredArrays<const Real> in;
  const Real *noise, *mean, *var;
  SmoothedArrays<const Real> d;
  FilteredArrays<Real> d_in;

  constexpr void operator()(int64_t row, int64_t i) const {
    MeanAndVar<Real> adjoint = at_first(row, i);
    for (int64_t t = 0; t + 1 < steps; ++t) adjoint = at_step(row, t, i, adjoint);
    at_last(row, i, adjoint);
  }

  constexpr int64_t index(int64_t row, int64_t t, int64_t i) const { return (row * steps + t) * size + i; }

  /// Until a step is reached, d_in.mean and d_in.var hold its adjoint.
  constexpr MeanAndVar<Real> adjoint(int64_t row, int64_t t, int64_t i) const {
    return {d_in.mean[index(row, t, i)], d_in.var[index(row, t, i)]};
  }
  constexpr void set_adjoint(int64_t row, int64_t t, int64_t i, const MeanAndVar<Real>& of) const {
    d_in.mean[index(row, t, i)] = of.mean;
    d_in.var[index(row, t, i)] = of.var;
  }

  constexpr MeanAndVar<Real> at_first(int64_t row, int64_t i) const {
    const int64_t at = index(row, 0, i);
    d_in.prior_mean[at] = d.predicted_mean[at];
    d_in.prior_var[at] = d.predicted_var[at];
    return {d.inferred_mean[at], d.inferred_var[at]};
  }

  constexpr MeanAndVar<Real> at_step(int64_t row, int64_t t, int64_t i, const MeanAndVar<Real>& adjoint) const {
    const int64_t at = index(row, t, i), next = at + size, k = at - row * size;
    const Real A = in.factor[k], Q = in.noise_var[k], prior_var = in.prior_var[next], next_var = var[next];
    const Real share = in.var[at] / prior_var, C = share * A, V = share * Q;
    const Real P = var[at], std = sqrt_of(P), deviation = std * noise[at], state = mean[at] + deviation,
               ratio = next_var / P;
    const Real d_q = d.inferred_mean[next], d_q_var = d.inferred_var[next];
    const Real d_p = d.predicted_mean[next], d_p_var = d.predicted_var[next];
    // Through the sample and the two distributions to m^s and P^s ...
    const Real d_state = d.state[at] + A * d_p;
    const Real d_ratio = d_q_var * V + d_q * C * deviation;
    const Real d_std = (d_state + d_q * C * ratio) * noise[at];
    const Real d_mean = adjoint.mean + d.mean[at] + d_state;
    const Real d_var = adjoint.var + d.var[at] + d_std / (Real(2) * std) - d_ratio * ratio / P;
    // ... and through those to the filter and the next step.
    const Real d_C =
        d_q * ratio * deviation + d_mean * (mean[next] - in.prior_mean[next]) + Real(2) * d_var * C * next_var;
    const Real d_V = d_q_var * ratio + d_var, d_share = d_C * A + d_V * Q;
    d_in.mean[at] = d_mean;
    d_in.var[at] = d_share / prior_var;
    d_in.prior_mean[next] = -d_mean * C;
    d_in.prior_var[next] = -d_share * share / prior_var;
    d_in.factor[k] = d_C * share + d_p * state;
    d_in.offset[k] = d_p;
    d_in.noise_var[k] = d_V * share + d_p_var;
    return {d_q + d_mean * C, d_ratio / P + d_var * C * C};
  }

  constexpr void at_last(int64_t row, int64_t i, const MeanAndVar<Real>& adjoint) const {
    const int64_t at = index(row, steps - 1, i);
    d_in.mean[at] = adjoint.mean + (d.mean[at] + d.state[at]);
    d_in.var[at] = adjoint.var + (d.var[at] + d.state[at] * noise[at] / (Real(2) * sqrt_of(var[at])));
  }
};

}  // namespace
}  // namespace vrkn::kernel
