#pragma once

#include <cstdint>

// How the filter and the smoother are computed, for the code of this module only.
//
// Two layouts. Packed: eight sequences side by side, every matrix entry a pack of eight doubles, one per sequence, so
// that each may miss other components. Shared: all sequences have the same covariances, so the covariance recursion
// runs once, on plain matrices whose rows are padded to whole packs, and leaves gains with which the means of all
// sequences are matrix products.
namespace vrkn::kalman {

/// Sequences side by side in a pack: the doubles of the widest registers, 512 bits.
constexpr int64_t kLanes = 8;

/// A parameter for every step, or the same for all when `stride` is 0.
struct StepView {
  const double* values = nullptr;
  int64_t stride = 0;

  const double* at(int64_t t) const { return values + t * stride; }
};

/// A vector for every sequence and step; none at all (zero) when `values` is null.
struct RowView {
  const double* values = nullptr;
  int64_t sequence_stride = 0;
  int64_t step_stride = 0;

  const double* at(int64_t n, int64_t t) const { return values + n * sequence_stride + t * step_stride; }
};

/// Model and data as flat arrays.
struct Problem {
  int64_t T = 0, Z = 0, O = 0;
  // The recursions run over the steps from `start` on, whose prior is N(m0, P0). Steps before it, and a start after
  // step 0, are those of a diffuse start (diffuse_phase.h).
  int64_t start = 0;
  RowView m0;                     // [N, Z] or [Z]
  RowView P0;                     // [N, Z, Z] or [Z, Z]
  const double* P_inf = nullptr;  // [Z, Z], the diffuse part of the initial covariance; null: none. Not read here
  StepView A, Q, C, R;
  bool Q_is_diagonal = false, R_is_diagonal = false;
  RowView drift;                         // b_t + B_t u_t
  RowView shift;                         // d_t + D_t u_t
  const double* observations = nullptr;  // [N, T, O]

  /// The same without the first n sequences.
  Problem from(int64_t n) const {
    Problem rest = *this;
    rest.m0.values = m0.at(n, 0);
    rest.P0.values = P0.at(n, 0);
    rest.drift.values = drift.values == nullptr ? nullptr : drift.at(n, 0);
    rest.shift.values = shift.values == nullptr ? nullptr : shift.at(n, 0);
    rest.observations = observations + n * T * O;
    return rest;
  }
};

/// Where the filter's results go, [N, T, ...]; null: not wanted.
struct FilterTargets {
  double* predicted_mean = nullptr;
  double* predicted_covariance = nullptr;
  double* mean = nullptr;
  double* covariance = nullptr;
  double* innovation = nullptr;
  double* log_density = nullptr;
  double* predicted_diffuse = nullptr;  // these two by the diffuse phase alone, which leaves later steps as they are
  double* diffuse = nullptr;
};

/// Where the smoother's results go; null: not wanted.
struct SmootherTargets {
  double* mean = nullptr;                 // [N, T, Z]
  double* covariance = nullptr;           // [N, T, Z, Z]
  double* gain = nullptr;                 // [N, T-1, Z, Z]
  double* backward_covariance = nullptr;  // [N, T-1, Z, Z]
  double* cross_covariance = nullptr;     // of z_{t+1} with z_t [N, T-1, Z, Z]
};

/// What the shared covariance recursion leaves for the means. Matrices in rows of whole packs.
struct SharedGains {
  double* gain = nullptr;           // K_t^T [T, O, Z padded]
  double* factor = nullptr;         // U_t with U^T U = S_t [T, O, O padded]
  double* inverse_pivot = nullptr;  // 1 / diag U_t [T, O]
  double* constant = nullptr;       // the part of the log density without the innovation [T]
  double* observed = nullptr;       // 1 or 0 [T, O]
  double* covariance = nullptr;     // P_t [T, Z, Z padded], read by the smoother
  double* backward = nullptr;       // J_t^T [T-1, Z, Z padded], written by the smoother
};

/// The recursions, compiled once per family of processors. Each returns the first step at which the covariance of an
/// innovation was not positive definite, or -1. `workspace` holds workspace_size() doubles and begins at a cache line,
/// as do all arrays in packs.
struct Recursions {
  const char* name;
  /// Filters the sequences first ... first + count - 1, count <= kLanes. `history`, unless null, receives the filtered
  /// means and covariances in packs, [T, Z + Z Z].
  int64_t (*filter_packed)(const Problem&, int64_t first, int64_t count, const FilterTargets&, double* history,
                           double* workspace);
  /// Smooths the same sequences from that history.
  void (*smooth_packed)(const Problem&, int64_t first, int64_t count, const SmootherTargets&, const double* history,
                        double* workspace);
  /// The covariances of the filter, for the pattern of sequence 0.
  int64_t (*filter_shared)(const Problem&, const FilterTargets&, const SharedGains&, double* workspace);
  void (*smooth_shared)(const Problem&, const SmootherTargets&, const SharedGains&, double* workspace);
  /// The means of the filter for `count` sequences from `first` on; at most kSharedPacks packs. `history`, unless null,
  /// receives the filtered means, [T, Z, packs].
  void (*filter_means)(const Problem&, const SharedGains&, int64_t first, int64_t count, const FilterTargets&,
                       double* history, double* workspace);
  void (*smooth_means)(const Problem&, const SharedGains&, int64_t first, int64_t count, const SmootherTargets&,
                       const double* history, double* workspace);
  /// gram += rows^T rows, its upper triangle; rows [count, size] and gram [size, size] in rows of whole packs.
  void (*add_gram)(int64_t count, int64_t size, const double* rows, double* gram);
  /// For measuring: that many rounds of multiply-adds that touch no memory, as many at once as keep the processor's
  /// units busy. Returns what came out, so that nothing is left out.
  double (*spin)(int64_t rounds);
  int64_t operations_per_spin;  ///< additions and multiplications in a round
};

/// Packs whose means are computed together in the shared layout.
constexpr int64_t kSharedPacks = 8;

extern const Recursions kBaselineRecursions;
extern const Recursions kAvx2Recursions;    // on x86-64 only
extern const Recursions kAvx512Recursions;  // on x86-64 only

/// n rounded up to whole packs.
constexpr int64_t padded(int64_t n) {
  return (n + kLanes - 1) / kLanes * kLanes;
}

}  // namespace vrkn::kalman
