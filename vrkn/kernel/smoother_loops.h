#pragma once

#include <cstdint>

#include "vrkn/kernel/recurrent_loops.h"
#include "vrkn/kernel/smoother.h"

// The loops of vrkn/kernel/smoother.h, with internal linkage as in philox_loops.h.
namespace vrkn::kernel {
namespace {

template <class Real>
void smooth_sequence(int64_t rows, int64_t steps, int64_t size, const FilteredArrays<const Real>& in, const Real* noise,
                     const SmoothedArrays<Real>& out) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t first = row * steps * size, last = first + (steps - 1) * size;
#pragma GCC ivdep
    for (int64_t at = last; at < last + size; ++at) {
      out.mean[at] = in.mean[at];
      out.var[at] = in.var[at];
      out.state[at] = in.mean[at] + sqrt_of(in.var[at]) * noise[at];
    }
    for (int64_t t = steps - 2; t >= 0; --t) {
      const int64_t now = first + t * size, step = (row * (steps - 1) + t) * size;
#pragma GCC ivdep
      for (int64_t i = 0; i < size; ++i) {
        const int64_t at = now + i, next = at + size, k = step + i;
        const Real A = in.factor[k], Q = in.noise_var[k], next_var = out.var[next];
        const Real share = in.var[at] / in.prior_var[next], C = share * A, V = share * Q;
        const Real mean = in.mean[at] + C * (out.mean[next] - in.prior_mean[next]), var = V + C * C * next_var;
        const Real deviation = sqrt_of(var) * noise[at], state = mean + deviation, ratio = next_var / var;
        out.mean[at] = mean;
        out.var[at] = var;
        out.state[at] = state;
        out.inferred_mean[next] = out.mean[next] + C * ratio * deviation;
        out.inferred_var[next] = ratio * V;
        out.predicted_mean[next] = A * state + in.offset[k];
        out.predicted_var[next] = Q;
      }
    }
#pragma GCC ivdep
    for (int64_t at = first; at < first + size; ++at) {
      out.inferred_mean[at] = out.mean[at];
      out.inferred_var[at] = out.var[at];
      out.predicted_mean[at] = in.prior_mean[at];
      out.predicted_var[at] = in.prior_var[at];
    }
  }
}

/// Forwards over the steps: d_in.mean and d_in.var of a step first gather what the steps before it ask of m^s and P^s.
template <class Real>
void smooth_sequence_back(int64_t rows, int64_t steps, int64_t size, const FilteredArrays<const Real>& in,
                          const Real* noise, const Real* mean, const Real* var, const SmoothedArrays<const Real>& d,
                          const FilteredArrays<Real>& d_in) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t first = row * steps * size, last = first + (steps - 1) * size;
#pragma GCC ivdep
    for (int64_t at = first; at < first + size; ++at) {
      d_in.mean[at] = d.inferred_mean[at];
      d_in.var[at] = d.inferred_var[at];
      d_in.prior_mean[at] = d.predicted_mean[at];
      d_in.prior_var[at] = d.predicted_var[at];
    }
    for (int64_t t = 0; t + 1 < steps; ++t) {
      const int64_t now = first + t * size, step = (row * (steps - 1) + t) * size;
#pragma GCC ivdep
      for (int64_t i = 0; i < size; ++i) {
        const int64_t at = now + i, next = at + size, k = step + i;
        const Real A = in.factor[k], Q = in.noise_var[k], prior_var = in.prior_var[next], next_var = var[next];
        const Real share = in.var[at] / prior_var, C = share * A, V = share * Q;
        const Real std = sqrt_of(var[at]), deviation = std * noise[at], ratio = next_var / var[at];
        const Real d_q = d.inferred_mean[next], d_p = d.predicted_mean[next];
        // Through the sample and the two distributions to m^s and P^s ...
        const Real d_state = d.state[at] + A * d_p;
        const Real d_ratio = d.inferred_var[next] * V + d_q * C * deviation;
        const Real d_std = (d_state + d_q * C * ratio) * noise[at];
        const Real d_mean = d_in.mean[at] + d.mean[at] + d_state;
        const Real d_var = d_in.var[at] + d.var[at] + d_std / (Real(2) * std) - d_ratio * ratio / var[at];
        // ... and through those to the filter and the next step.
        const Real d_C =
            d_q * ratio * deviation + d_mean * (mean[next] - in.prior_mean[next]) + Real(2) * d_var * C * next_var;
        const Real d_V = d.inferred_var[next] * ratio + d_var, d_share = d_C * A + d_V * Q;
        d_in.mean[at] = d_mean;
        d_in.var[at] = d_share / prior_var;
        d_in.prior_mean[next] = -d_mean * C;
        d_in.prior_var[next] = -d_share * share / prior_var;
        d_in.factor[k] = d_C * share + d_p * (mean[at] + deviation);
        d_in.offset[k] = d_p;
        d_in.noise_var[k] = d_V * share + d.predicted_var[next];
        d_in.mean[next] = d_q + d_mean * C;
        d_in.var[next] = d_ratio / var[at] + d_var * C * C;
      }
    }
#pragma GCC ivdep
    for (int64_t at = last; at < last + size; ++at) {
      d_in.mean[at] += d.mean[at] + d.state[at];
      d_in.var[at] += d.var[at] + d.state[at] * noise[at] / (Real(2) * sqrt_of(var[at]));
    }
  }
}

}  // namespace
}  // namespace vrkn::kernel
