// Part of recursion_kernels.h, whose rules hold here: covariances.
#pragma once

#include "vrkn/kalman/recursion_layout.h"

namespace vrkn::kalman {
namespace {

// The covariance steps that both layouts share, and what they need to work in.
template <bool kPacked>
struct Covariances {
  using L = Layout<kPacked>;
  int64_t Z, O, z, o;                        // sizes, and packs of a row
  double *P, *predicted, *AP, *PA;           // beliefs; A P and its transpose
  double *CP, *PC, *S, *S_pivot, *Kt, *RKt;  // S, then its factor U; K^T
  double *Mt, *MP, *J_pivot, *Jt, *V, *QJ, *smoothed;

  Covariances(int64_t state_size, int64_t observation_size, Workspace& w)
      : Z(state_size), O(observation_size), z(L::packs(Z)), o(L::packs(O)) {
    double** const squares[] = {&P, &predicted, &AP, &PA, &Mt, &MP, &Jt, &V, &QJ, &smoothed};
    for (double** square : squares) *square = L::take(w, Z, Z);
    double** const wide[] = {&CP, &Kt, &RKt};
    for (double** matrix : wide) *matrix = L::take(w, O, Z);
    PC = L::take(w, Z, O);
    S = L::take(w, O, O);
    S_pivot = w.take(O * L::kEntry);
    J_pivot = w.take(Z * L::kEntry);
  }

  // predicted = A P A^T + Q; leaves A P.
  void predict(const double* A, const double* Q) {
    multiply<Into::kSet>(Z, z, Z, Left<false>{A, Z, 1}, P, z, AP, z);
    L::transpose(AP, Z, Z, PA);
    L::fill(predicted, Q, Z, Z);
    multiply<Into::kAdd>(Z, z, Z, Left<false>{A, Z, 1}, PA, z, predicted, z, L::kColumns);
    L::mirror(predicted, Z);
  }

  // P from predicted, in Joseph's form: with M = I - K C, P = M predicted M^T + K R K^T. `observed` has 1 or 0 for
  // every component (and lane): what was not observed has a gain of 0 and a row of the identity in S. Returns whether S
  // was positive definite.
  bool update(const double* C, const double* R, bool R_is_diagonal, const double* observed, bool all_observed,
              int64_t lanes) {
    constexpr int64_t kEntry = L::kEntry;
    multiply<Into::kSet>(O, z, Z, Left<false>{C, Z, 1}, predicted, z, CP, z);
    if (!all_observed) {
      for (int64_t i = 0; i < O; ++i) L::scale_row(CP + i * z * kLanes, z, observed + i * kEntry);
    }
    L::transpose(CP, O, Z, PC);
    L::fill(S, R, O, O);
    multiply<Into::kAdd>(O, o, Z, Left<false>{C, Z, 1}, PC, o, S, o, L::kColumns);
    if (!all_observed) {
      for (int64_t i = 0; i < O; ++i) {
        for (int64_t j = i; j < O; ++j) {
          double* const value = L::entry(S, O, i, j);
          for (int64_t lane = 0; lane < kEntry; ++lane) {
            const double both = observed[i * kEntry + lane] * observed[j * kEntry + lane];
            value[lane] = both * value[lane] + (i == j ? 1.0 - both : 0.0);
          }
        }
      }
    }
    L::cholesky(S, O, S_pivot);
    const int64_t size = L::size(O, Z);
    for (int64_t e = 0; e < size; ++e) Kt[e] = CP[e];
    L::solve_forward(S, S_pivot, O, Kt, z);
    L::solve_backward(S, S_pivot, O, Kt, z);

    multiply<Into::kSet>(Z, z, O, Left<false>{C, 1, Z}, Kt, z, Mt, z);
    L::identity_minus(Mt, Z);
    multiply<Into::kSet>(Z, z, Z, L::transposed(Mt, Z), predicted, z, MP, z);
    multiply<Into::kSet>(Z, z, Z, L::left(MP, Z), Mt, z, P, z, L::kColumns);
    L::multiply_parameter(R, R_is_diagonal, Kt, O, Z, RKt);
    multiply<Into::kAdd>(Z, z, O, L::transposed(Kt, Z), RKt, z, P, z, L::kColumns);
    L::mirror(P, Z);
    return L::is_definite(S_pivot, O, lanes);
  }

  // From the filtered P of step t and the parameters into step t + 1: the backward model
  // z_t | z_{t+1} ~ N(m_t + J (z_{t+1} - predicted mean), V). It is the update of P by an observation A z + N(0, Q):
  // with M = I - J A, V = M P M^T + J Q J^T.
  void reverse(const double* A, const double* Q, bool Q_is_diagonal) {
    predict(A, Q);
    L::cholesky(predicted, Z, J_pivot);
    const int64_t size = L::size(Z, Z);
    for (int64_t e = 0; e < size; ++e) Jt[e] = AP[e];
    L::solve_forward(predicted, J_pivot, Z, Jt, z);
    L::solve_backward(predicted, J_pivot, Z, Jt, z);
    multiply<Into::kSet>(Z, z, Z, Left<false>{A, 1, Z}, Jt, z, Mt, z);
    L::identity_minus(Mt, Z);
    multiply<Into::kSet>(Z, z, Z, L::transposed(Mt, Z), P, z, MP, z);
    multiply<Into::kSet>(Z, z, Z, L::left(MP, Z), Mt, z, V, z, L::kColumns);
    L::multiply_parameter(Q, Q_is_diagonal, Jt, Z, Z, QJ);
    multiply<Into::kAdd>(Z, z, Z, L::transposed(Jt, Z), QJ, z, V, z, L::kColumns);
    L::mirror(V, Z);
  }

  // smoothed_t = V + J smoothed_{t+1} J^T; leaves smoothed_{t+1} J^T, the covariance of z_{t+1} with z_t, in MP.
  void smooth() {
    multiply<Into::kSet>(Z, z, Z, L::left(smoothed, Z), Jt, z, MP, z);
    const int64_t size = L::size(Z, Z);
    for (int64_t e = 0; e < size; ++e) smoothed[e] = V[e];
    multiply<Into::kAdd>(Z, z, Z, L::transposed(Jt, Z), MP, z, smoothed, z, L::kColumns);
    L::mirror(smoothed, Z);
  }
};

}  // namespace
}  // namespace vrkn::kalman
