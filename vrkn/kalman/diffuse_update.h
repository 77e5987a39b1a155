#pragma once

#include "vrkn/kalman/matrix.h"

namespace vrkn::kalman {

/// The covariance of a belief z = m + D delta + e about which nothing is known in the directions D: delta ~ N(0, kappa
/// I) with kappa -> infinity, e ~ N(0, P). D D^T is the P_inf, and P the P_star, of Durbin and Koopman (2012,
/// Section 5.2). D has full column rank, so that the belief is proper when it has no columns left.
struct DiffuseCovariance {
  Matrix P;  ///< [Z, Z]
  Matrix D;  ///< [Z, k]

  bool is_proper() const { return D.cols() == 0; }
};

/// What an observation y = H z + N(0, N) does to the mean, and how likely it was. With v = y - H m:
///
///   m becomes m + gain v,   log p(y) = constant - |whitener v|^2 / 2
///
/// The log density is the limit of log p(y) + (r / 2) log kappa, where r is the number of directions of D that y fixes.
struct DiffuseUpdate {
  Matrix gain;      ///< [Z, Y]
  Matrix whitener;  ///< [Y, Y]
  double constant = 0.0;
};

/// The exact update of a diffuse belief. The components of y are taken one by one, in axes in which their noises are
/// independent (Koopman and Durbin 2000). For one component a z + N(0, q), with f = a D:
///
///   f != 0:  delta is turned so that f = (phi, 0, ..., 0); then K = D_1 / phi, and D loses its first column
///   f == 0:  F = a P a^T + q,  K = P a^T / F
///   either:  P = (I - K a) P (I - K a)^T + q K K^T   (Joseph)
///
/// This is the recursion of Durbin and Koopman (2012, Section 6.4.4) with a square root of P_inf, F_inf = phi^2, so
/// that its rank is never a matter of subtraction. f counts as 0 below 1e-8 of what its terms could add up to. N may be
/// semidefinite: what is known already, to rounding, changes nothing.
DiffuseUpdate observe(DiffuseCovariance& belief, const Matrix& H, const Matrix& N);

/// Becomes the belief of A z + N(0, Q). Directions that A forgets leave D.
void predict(DiffuseCovariance& belief, const Matrix& A, const Matrix& Q);

}  // namespace vrkn::kalman
