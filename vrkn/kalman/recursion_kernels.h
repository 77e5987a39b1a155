// The recursions of recursion.h, written once and compiled by each recursion_*.cpp for its family of processors. Before
// it includes this file, such a file defines, in an unnamed namespace:
//
//   kWidth        doubles in a register
//   kBlockRows    block of a product that stays in registers: rows ...
//   kBlockPacks   ... and packs
//
// Everything here and in the other recursion_*.h that it includes has internal linkage and uses nothing from the
// standard library, so that no code for a newer processor can reach a program's other parts through the linker.
#pragma once

#include "vrkn/kalman/recursion_covariances.h"
#include "vrkn/kalman/recursion_vectors.h"

namespace vrkn::kalman {
namespace {

int64_t filter_packed(const Problem& p, int64_t first, int64_t count, const FilterTargets& to, double* history,
                      double* workspace) {
  const int64_t T = p.T, Z = p.Z, O = p.O;
  using L = Layout<true>;
  Workspace w{workspace};
  Covariances<true> c(Z, O, w);
  double* const m = w.take(Z * kLanes);
  double* const predicted = w.take(Z * kLanes);
  double* const v = w.take(O * kLanes);
  double* const observed = w.take(O * kLanes);
  int64_t failed = -1;
  for (int64_t t = p.start; t < T; ++t) {
    predict_means(p, t, first, count, 1, m, predicted);
    if (t == p.start) {
      for (int64_t lane = 0; lane < kLanes; ++lane) {
        const double* const P0 = p.P0.at(lane < count ? first + lane : first, 0);
        for (int64_t e = 0; e < Z * Z; ++e) c.predicted[e * kLanes + lane] = P0[e];
      }
    } else {
      c.predict(p.A.at(t), p.Q.at(t));
    }
    if (to.predicted_mean != nullptr) {
      scatter(predicted, Z, count, to.predicted_mean + (first * T + t) * Z, T * Z);
    }
    if (to.predicted_covariance != nullptr) {
      scatter(c.predicted, Z * Z, count, to.predicted_covariance + (first * T + t) * Z * Z, T * Z * Z);
    }

    innovations(p, t, first, count, 1, predicted, v, observed);
    int64_t seen = 0;
    for (int64_t i = 0; i < O; ++i) {
      for (int64_t lane = 0; lane < count; ++lane) seen += observed[i * kLanes + lane] != 0.0;
    }
    const bool is_definite = c.update(p.C.at(t), p.R.at(t), p.R_is_diagonal, observed, seen == O * count, count);
    if (!is_definite && failed < 0) failed = t;
    for (int64_t e = 0; e < Z * kLanes; ++e) m[e] = predicted[e];
    multiply<Into::kAdd>(Z, 1, O, L::transposed(c.Kt, Z), v, 1, m, 1);

    if (to.innovation != nullptr) scatter_innovations(p, t, first, count, 1, v, observed, to.innovation);
    if (to.log_density != nullptr) {
      L::solve_forward(c.S, c.S_pivot, O, v, 1);
      alignas(64) double log_density[kLanes];
      for (int64_t part = 0; part < kLanes; part += kWidth) {
        Register sum = {};
        for (int64_t e = part; e < O * kLanes; e += kLanes) {
          const Register white = load(v + e);
          sum += log_of(load(c.S_pivot + e)) - 0.5 * (white * white + load(observed + e) * kLog2Pi);
        }
        store(log_density + part, sum);
      }
      for (int64_t lane = 0; lane < count; ++lane) to.log_density[(first + lane) * T + t] = log_density[lane];
    }
    if (to.mean != nullptr) scatter(m, Z, count, to.mean + (first * T + t) * Z, T * Z);
    if (to.covariance != nullptr) {
      scatter(c.P, Z * Z, count, to.covariance + (first * T + t) * Z * Z, T * Z * Z);
    }
    if (history != nullptr) {
      double* const here = history + t * (Z + Z * Z) * kLanes;
      for (int64_t e = 0; e < Z * kLanes; ++e) here[e] = m[e];
      for (int64_t e = 0; e < Z * Z * kLanes; ++e) here[Z * kLanes + e] = c.P[e];
    }
  }
  return failed;
}

void smooth_packed(const Problem& p, int64_t first, int64_t count, const SmootherTargets& to, const double* history,
                   double* workspace) {
  const int64_t T = p.T, Z = p.Z;
  using L = Layout<true>;
  Workspace w{workspace};
  Covariances<true> c(Z, p.O, w);
  double* const predicted = w.take(Z * kLanes);
  double* const m = w.take(Z * kLanes);  // smoothed
  double* const transposed = w.take(Z * Z * kLanes);
  for (int64_t t = T - 1; t >= p.start; --t) {
    const double* const filtered = history + t * (Z + Z * Z) * kLanes;
    if (t == T - 1) {
      for (int64_t e = 0; e < Z * kLanes; ++e) m[e] = filtered[e];
      for (int64_t e = 0; e < Z * Z * kLanes; ++e) c.smoothed[e] = filtered[Z * kLanes + e];
    } else {
      for (int64_t e = 0; e < Z * Z * kLanes; ++e) c.P[e] = filtered[Z * kLanes + e];
      c.reverse(p.A.at(t + 1), p.Q.at(t + 1), p.Q_is_diagonal);
      predict_means(p, t + 1, first, count, 1, filtered, predicted);
      for (int64_t e = 0; e < Z * kLanes; ++e) predicted[e] = m[e] - predicted[e];
      for (int64_t e = 0; e < Z * kLanes; ++e) m[e] = filtered[e];
      multiply<Into::kAdd>(Z, 1, Z, L::transposed(c.Jt, Z), predicted, 1, m, 1);
      c.smooth();
      if (to.gain != nullptr) {
        L::transpose(c.Jt, Z, Z, transposed);
        scatter(transposed, Z * Z, count, to.gain + (first * (T - 1) + t) * Z * Z, (T - 1) * Z * Z);
      }
      if (to.cross_covariance != nullptr) {
        scatter(c.MP, Z * Z, count, to.cross_covariance + (first * (T - 1) + t) * Z * Z, (T - 1) * Z * Z);
      }
      if (to.backward_covariance != nullptr) {
        scatter(c.V, Z * Z, count, to.backward_covariance + (first * (T - 1) + t) * Z * Z, (T - 1) * Z * Z);
      }
    }
    if (to.mean != nullptr) scatter(m, Z, count, to.mean + (first * T + t) * Z, T * Z);
    if (to.covariance != nullptr) {
      scatter(c.smoothed, Z * Z, count, to.covariance + (first * T + t) * Z * Z, T * Z * Z);
    }
  }
}

int64_t filter_shared(const Problem& p, const FilterTargets& to, const SharedGains& gains, double* workspace) {
  const int64_t T = p.T, Z = p.Z, O = p.O;
  using L = Layout<false>;
  Workspace w{workspace};
  Covariances<false> c(Z, O, w);
  const int64_t state = L::size(Z, Z), gain = L::size(O, Z), factor = L::size(O, O);
  int64_t failed = -1;
  for (int64_t t = p.start; t < T; ++t) {
    if (t == p.start) {
      L::fill(c.predicted, p.P0.values, Z, Z);
    } else {
      c.predict(p.A.at(t), p.Q.at(t));
    }
    if (to.predicted_covariance != nullptr) unpad(c.predicted, Z, Z, to.predicted_covariance + t * Z * Z);
    double* const observed = gains.observed + t * O;
    int64_t seen = 0;
    for (int64_t i = 0; i < O; ++i) {
      const double o = p.observations[t * O + i];
      observed[i] = o == o ? 1.0 : 0.0;
      seen += o == o;
    }
    const bool is_definite = c.update(p.C.at(t), p.R.at(t), p.R_is_diagonal, observed, seen == O, 1);
    if (!is_definite && failed < 0) failed = t;
    double log_pivots = 0.0;
    for (int64_t i = 0; i < O; ++i) {
      log_pivots += __builtin_log(c.S_pivot[i]);
      gains.inverse_pivot[t * O + i] = c.S_pivot[i];
    }
    gains.constant[t] = log_pivots - 0.5 * static_cast<double>(seen) * kLog2Pi;
    for (int64_t e = 0; e < gain; ++e) gains.gain[t * gain + e] = c.Kt[e];
    for (int64_t e = 0; e < factor; ++e) gains.factor[t * factor + e] = c.S[e];
    if (to.covariance != nullptr) unpad(c.P, Z, Z, to.covariance + t * Z * Z);
    if (gains.covariance != nullptr) {
      for (int64_t e = 0; e < state; ++e) gains.covariance[t * state + e] = c.P[e];
    }
  }
  return failed;
}

void smooth_shared(const Problem& p, const SmootherTargets& to, const SharedGains& gains, double* workspace) {
  const int64_t T = p.T, Z = p.Z;
  using L = Layout<false>;
  Workspace w{workspace};
  Covariances<false> c(Z, p.O, w);
  double* const transposed = L::take(w, Z, Z);
  const int64_t state = L::size(Z, Z);
  for (int64_t t = T - 1; t >= p.start; --t) {
    double* const P = t == T - 1 ? c.smoothed : c.P;
    for (int64_t e = 0; e < state; ++e) P[e] = gains.covariance[t * state + e];
    if (t < T - 1) {
      c.reverse(p.A.at(t + 1), p.Q.at(t + 1), p.Q_is_diagonal);
      c.smooth();
      for (int64_t e = 0; e < state; ++e) gains.backward[t * state + e] = c.Jt[e];
      if (to.gain != nullptr) {
        L::transpose(c.Jt, Z, Z, transposed);
        unpad(transposed, Z, Z, to.gain + t * Z * Z);
      }
      if (to.cross_covariance != nullptr) unpad(c.MP, Z, Z, to.cross_covariance + t * Z * Z);
      if (to.backward_covariance != nullptr) unpad(c.V, Z, Z, to.backward_covariance + t * Z * Z);
    }
    if (to.covariance != nullptr) unpad(c.smoothed, Z, Z, to.covariance + t * Z * Z);
  }
}

void filter_means(const Problem& p, const SharedGains& gains, int64_t first, int64_t count, const FilterTargets& to,
                  double* history, double* workspace) {
  const int64_t T = p.T, Z = p.Z, O = p.O, packs = padded(count) / kLanes, width = packs * kLanes;
  using L = Layout<false>;
  Workspace w{workspace};
  double* const m = w.take(Z * width);
  double* const predicted = w.take(Z * width);
  double* const v = w.take(O * width);
  double* const observed = w.take(O * width);
  const int64_t gain = L::size(O, Z), factor = L::size(O, O);
  for (int64_t t = p.start; t < T; ++t) {
    predict_means(p, t, first, count, packs, m, predicted);
    if (to.predicted_mean != nullptr) {
      scatter_vectors(predicted, Z, packs, count, to.predicted_mean + (first * T + t) * Z, T * Z);
    }
    innovations(p, t, first, count, packs, predicted, v, observed);
    for (int64_t e = 0; e < Z * width; ++e) m[e] = predicted[e];
    multiply<Into::kAdd>(Z, packs, O, L::transposed(gains.gain + t * gain, Z), v, packs, m, packs);
    if (to.innovation != nullptr) scatter_innovations(p, t, first, count, packs, v, observed, to.innovation);
    if (to.log_density != nullptr) {
      L::solve_forward(gains.factor + t * factor, gains.inverse_pivot + t * O, O, v, packs);
      for (int64_t n = 0; n < count; ++n) {
        double square = 0.0;
        for (int64_t i = 0; i < O; ++i) square += v[i * width + n] * v[i * width + n];
        to.log_density[(first + n) * T + t] = gains.constant[t] - 0.5 * square;
      }
    }
    if (to.mean != nullptr) scatter_vectors(m, Z, packs, count, to.mean + (first * T + t) * Z, T * Z);
    if (history != nullptr) {
      for (int64_t e = 0; e < Z * width; ++e) history[t * Z * width + e] = m[e];
    }
  }
}

void smooth_means(const Problem& p, const SharedGains& gains, int64_t first, int64_t count, const SmootherTargets& to,
                  const double* history, double* workspace) {
  const int64_t T = p.T, Z = p.Z, packs = padded(count) / kLanes, width = packs * kLanes;
  using L = Layout<false>;
  Workspace w{workspace};
  double* const m = w.take(Z * width);
  double* const predicted = w.take(Z * width);
  const int64_t state = L::size(Z, Z);
  for (int64_t t = T - 1; t >= p.start; --t) {
    const double* const filtered = history + t * Z * width;
    if (t < T - 1) {
      predict_means(p, t + 1, first, count, packs, filtered, predicted);
      for (int64_t e = 0; e < Z * width; ++e) predicted[e] = m[e] - predicted[e];
    }
    for (int64_t e = 0; e < Z * width; ++e) m[e] = filtered[e];
    if (t < T - 1) {
      multiply<Into::kAdd>(Z, packs, Z, L::transposed(gains.backward + t * state, Z), predicted, packs, m, packs);
    }
    scatter_vectors(m, Z, packs, count, to.mean + (first * T + t) * Z, T * Z);
  }
}

void add_gram(int64_t count, int64_t size, const double* rows, double* gram) {
  const int64_t packs = padded(size) / kLanes;
  multiply<Into::kAdd>(size, packs, count, Left<false>{rows, 1, padded(size)}, rows, packs, gram, packs, kLanes);
}

constexpr int kSpinning = 12;  // enough to hide the latency of a multiply-add, few enough for the registers

double spin(int64_t rounds) {
  Register sum[kSpinning];
  for (int i = 0; i < kSpinning; ++i)
    sum[i] = Register{} + static_cast<double>(i);  // else they are all one to the compiler
  const Register factor = Register{} + 0.5;
  for (int64_t round = 0; round < rounds; ++round) {
    for (Register& term : sum) term = term * factor + factor;
  }
  Register total = {};
  for (const Register& term : sum) total += term;
  return total[0];
}

constexpr Recursions recursions(const char* name) {
  return {.name = name,
          .filter_packed = filter_packed,
          .smooth_packed = smooth_packed,
          .filter_shared = filter_shared,
          .smooth_shared = smooth_shared,
          .filter_means = filter_means,
          .smooth_means = smooth_means,
          .add_gram = add_gram,
          .spin = spin,
          .operations_per_spin = 2 * kSpinning * kWidth};
}

}  // namespace
}  // namespace vrkn::kalman
