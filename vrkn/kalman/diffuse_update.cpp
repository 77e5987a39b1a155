#include "vrkn/kalman/diffuse_update.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Dense>

#include "vrkn/core/log_two_pi.h"

namespace vrkn::kalman {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kDiffuseTolerance = 1e-8;

// D in turned axes in which `row` D is (phi, 0, ..., 0): a Householder reflection. Returns phi.
double turn(Matrix& D, const Vector& f) {
  const double phi = f[0] > 0.0 ? -f.norm() : f.norm();
  Vector v = f;
  v[0] -= phi;
  D -= (2.0 / v.squaredNorm()) * (D * v) * v.transpose();
  return phi;
}

}  // namespace

DiffuseUpdate observe(DiffuseCovariance& belief, const Matrix& H, const Matrix& N) {
  auto& [P, D] = belief;
  const int64_t Z = P.rows(), Y = H.rows();
  Matrix axes = Matrix::Identity(Y, Y);  // one a column
  Vector q = N.diagonal();
  if (!(N - Matrix(q.asDiagonal())).isZero(0.0)) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(N);
    axes = eigen.eigenvectors();
    q = eigen.eigenvalues().cwiseMax(0.0);
  }
  const Matrix rows = axes.transpose() * H;
  const Vector reach = D.rowwise().norm();  // of the diffuse part, by component
  Vector largest = P.diagonal();            // variances on the way: what rounding is measured by

  DiffuseUpdate update{.gain = Matrix::Zero(Z, Y), .whitener = Matrix::Zero(Y, Y)};
  for (int64_t i = 0; i < Y; ++i) {
    const Vector a = rows.row(i);
    // What is new in component i, as a row that v is multiplied by.
    Vector innovation = -update.gain.transpose() * a;
    innovation[i] += 1.0;
    Vector K;
    const Vector f = D.transpose() * a;
    if (f.norm() > kDiffuseTolerance * a.cwiseAbs().dot(reach)) {
      const double phi = turn(D, f);
      K = D.col(0) / phi;
      D = Matrix(D.rightCols(D.cols() - 1));
      update.constant -= 0.5 * kLogTwoPi + std::log(std::abs(phi));
    } else {
      const Vector Pa = P * a;
      const double F = a.dot(Pa) + q[i], spread = a.cwiseAbs().dot(largest.cwiseMax(0.0).cwiseSqrt());
      if (!(F > 8.0 * static_cast<double>(Z) * kEpsilon * spread * spread)) continue;
      K = Pa / F;
      update.constant -= 0.5 * std::log(2.0 * std::numbers::pi * F);
      update.whitener.row(i) = innovation / std::sqrt(F);
    }
    const Matrix M = Matrix::Identity(Z, Z) - K * a.transpose();
    P = symmetric_part(M * P * M.transpose() + q[i] * K * K.transpose());
    largest = largest.cwiseMax(P.diagonal());
    update.gain += K * innovation.transpose();
  }
  update.gain = update.gain * axes.transpose();
  update.whitener = update.whitener * axes.transpose();
  return update;
}

void predict(DiffuseCovariance& belief, const Matrix& A, const Matrix& Q) {
  auto& [P, D] = belief;
  P = symmetric_part(A * P * A.transpose() + Q);
  if (D.cols() == 0) return;
  const double size = A.norm() * D.norm();
  D = Matrix(A * D);
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(D, Eigen::ComputeThinV);
  const double rounding = 8.0 * static_cast<double>(P.rows()) * kEpsilon * size;
  const auto kept = (svd.singularValues().array() > rounding).count();
  if (kept < D.cols()) D = Matrix(D * svd.matrixV().leftCols(kept));
}

}  // namespace vrkn::kalman
