#include "vrkn/kalman/diffuse_phase.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/kalman/parallel.h"

namespace vrkn::kalman {
namespace {

using ConstMatrixMap = Eigen::Map<const Matrix>;
using MatrixMap = Eigen::Map<Matrix>;
using ConstVectorMap = Eigen::Map<const Vector>;
using VectorMap = Eigen::Map<Vector>;

// The columns of D: those of the Cholesky factor of P_inf that are not zero.
Matrix diffuse_directions(const Matrix& P_inf) {
  const Matrix L = cholesky(P_inf).lower;
  std::vector<int64_t> columns;
  for (int64_t j = 0; j < L.cols(); ++j) {
    if (L(j, j) > 0.0) columns.push_back(j);
  }
  return L(Eigen::all, columns);
}

// m + drift into step t
Vector predicted_mean(const Problem& p, int64_t n, int64_t t, const Vector& m) {
  Vector result = ConstMatrixMap(p.A.at(t), p.Z, p.Z) * m;
  if (p.drift.values != nullptr) result += ConstVectorMap(p.drift.at(n, t), p.Z);
  return result;
}

}  // namespace

DiffusePhase::DiffusePhase(const Problem& problem, int64_t N, bool shared, int threads)
    : problem_(problem), N_(N), shared_(shared), threads_(threads), patterns_(static_cast<size_t>(shared ? 1 : N)) {
  const int64_t Z = problem_.Z, T = problem_.T;
  const Matrix P0 = ConstMatrixMap(problem_.P0.values, Z, Z);
  const Matrix D = diffuse_directions(ConstMatrixMap(problem_.P_inf, Z, Z));
  const auto for_each_pattern = [&](const auto& work) {
    parallel_for(static_cast<int64_t>(patterns_.size()), threads_,
                 [&] { return [&](int64_t n) { work(patterns_[n], n); }; });
  };
  for_each_pattern([&](Pattern& pattern, int64_t n) {
    pattern.next = {P0, D};
    while (static_cast<int64_t>(pattern.steps.size()) < T && !pattern.next.is_proper()) advance(pattern, n);
  });
  for (const Pattern& pattern : patterns_) steps_ = std::max(steps_, static_cast<int64_t>(pattern.steps.size()));
  for_each_pattern([&](Pattern& pattern, int64_t n) {
    while (static_cast<int64_t>(pattern.steps.size()) < steps_) advance(pattern, n);
  });
  for (const Pattern& pattern : patterns_) {
    start_covariance_.insert(start_covariance_.end(), pattern.next.P.data(), pattern.next.P.data() + Z * Z);
  }
}

// The next step of a pattern, that of sequence n.
void DiffusePhase::advance(Pattern& pattern, int64_t n) const {
  const int64_t Z = problem_.Z, O = problem_.O, T = problem_.T, t = static_cast<int64_t>(pattern.steps.size());
  std::vector<int64_t> known;
  for (int64_t i = 0; i < O; ++i) {
    if (!std::isnan(problem_.observations[(n * T + t) * O + i])) known.push_back(i);
  }
  const ConstMatrixMap C(problem_.C.at(t), O, Z), R(problem_.R.at(t), O, O);
  DiffuseCovariance belief = pattern.next;
  const DiffuseUpdate found = observe(belief, C(known, Eigen::all), R(known, known));
  if (!std::isfinite(found.constant) || !belief.P.allFinite()) {
    throw NumericalError("the beliefs of sequence " + std::to_string(n) + " at step " + std::to_string(t) +
                         " are not finite in double precision: they grew without bound");
  }
  // The same for all O components: those that are missing have zeros.
  DiffuseUpdate update{.gain = Matrix::Zero(Z, O), .whitener = Matrix::Zero(O, O), .constant = found.constant};
  update.gain(Eigen::all, known) = found.gain;
  update.whitener(known, known) = found.whitener;
  pattern.steps.push_back({pattern.next, belief, std::move(update)});
  pattern.next = std::move(belief);
  if (t + 1 < T) {
    predict(pattern.next, ConstMatrixMap(problem_.A.at(t + 1), Z, Z), ConstMatrixMap(problem_.Q.at(t + 1), Z, Z));
  }
}

Problem DiffusePhase::rest() const {
  Problem rest = problem_;
  rest.P_inf = nullptr;
  rest.start = steps_;
  rest.m0 = {start_mean_.data(), problem_.Z, 0};
  rest.P0 = {start_covariance_.data(), shared_ ? 0 : problem_.Z * problem_.Z, 0};
  return rest;
}

void DiffusePhase::filter(const FilterTargets& to) {
  const int64_t Z = problem_.Z, O = problem_.O, T = problem_.T;
  means_.resize(static_cast<size_t>(N_ * steps_ * Z));
  start_mean_.resize(static_cast<size_t>(N_ * Z));
  parallel_for(N_, threads_, [&] {
    return [&](int64_t n) {
      Vector m = ConstVectorMap(problem_.m0.at(n, 0), Z);
      for (int64_t t = 0; t < steps_; ++t) {
        const DiffuseUpdate& update = pattern(n).steps[t].update;
        const int64_t place = n * T + t;
        if (to.predicted_mean != nullptr) VectorMap(to.predicted_mean + place * Z, Z) = m;
        const ConstVectorMap o(problem_.observations + place * O, O);
        Vector v = o - ConstMatrixMap(problem_.C.at(t), O, Z) * m;
        if (problem_.shift.values != nullptr) v -= ConstVectorMap(problem_.shift.at(n, t), O);
        if (to.innovation != nullptr) VectorMap(to.innovation + place * O, O) = v;
        v = o.array().isNaN().select(0.0, v);
        m += update.gain * v;
        if (to.log_density != nullptr) {
          to.log_density[place] = update.constant - 0.5 * (update.whitener * v).squaredNorm();
        }
        if (to.mean != nullptr) VectorMap(to.mean + place * Z, Z) = m;
        VectorMap(means_.data() + (n * steps_ + t) * Z, Z) = m;
        if (t + 1 < T) m = predicted_mean(problem_, n, t + 1, m);
      }
      VectorMap(start_mean_.data() + n * Z, Z) = m;
    };
  });
  for (size_t n = 0; n < patterns_.size(); ++n) {
    for (int64_t t = 0; t < steps_; ++t) {
      const auto& [predicted, filtered, update] = patterns_[n].steps[t];
      const auto write = [&](double* target, const Matrix& value) {
        if (target != nullptr) MatrixMap(target + (static_cast<int64_t>(n) * T + t) * Z * Z, Z, Z) = value;
      };
      write(to.predicted_covariance, predicted.P);
      write(to.covariance, filtered.P);
      write(to.predicted_diffuse, predicted.D * predicted.D.transpose());
      write(to.diffuse, filtered.D * filtered.D.transpose());
    }
  }
}

void DiffusePhase::smooth(const SmootherTargets& to) const {
  const int64_t Z = problem_.Z, T = problem_.T;
  const auto patterns = static_cast<int64_t>(patterns_.size());
  parallel_for(patterns, threads_, [&] {
    return [&](int64_t k) {
      const int64_t first = shared_ ? 0 : k, end = shared_ ? N_ : k + 1;
      for (int64_t t = steps_ - 1; t >= 0; --t) {
        DiffuseCovariance backward = patterns_[k].steps[t].filtered;
        MatrixMap covariance(to.covariance + (k * T + t) * Z * Z, Z, Z);
        Matrix J = Matrix::Zero(Z, Z);
        if (t + 1 < T) {
          J = observe(backward, ConstMatrixMap(problem_.A.at(t + 1), Z, Z), ConstMatrixMap(problem_.Q.at(t + 1), Z, Z))
                  .gain;
        }
        if (!backward.is_proper()) {
          throw NumericalError("the smoothed state of sequence " + std::to_string(first) + " at step " +
                               std::to_string(t) + " stays diffuse: the observations leave " +
                               std::to_string(backward.D.cols()) + " of its " + std::to_string(Z) +
                               " directions open; expected enough observations to fix the diffuse start");
        }
        covariance = backward.P;
        if (t + 1 < T) {
          const Matrix next_cross = ConstMatrixMap(to.covariance + (k * T + t + 1) * Z * Z, Z, Z) * J.transpose();
          covariance = symmetric_part(backward.P + J * next_cross);
          const auto write = [&](double* target, const Matrix& value) {
            if (target != nullptr) MatrixMap(target + (k * (T - 1) + t) * Z * Z, Z, Z) = value;
          };
          write(to.gain, J);
          write(to.backward_covariance, backward.P);
          write(to.cross_covariance, next_cross);
        }
        for (int64_t n = first; n < end; ++n) {
          Vector m = ConstVectorMap(means_.data() + (n * steps_ + t) * Z, Z);
          if (t + 1 < T) {
            const ConstVectorMap next(to.mean + (n * T + t + 1) * Z, Z);
            m += J * (next - predicted_mean(problem_, n, t + 1, m));
          }
          VectorMap(to.mean + (n * T + t) * Z, Z) = m;
        }
      }
    };
  });
}

}  // namespace vrkn::kalman
