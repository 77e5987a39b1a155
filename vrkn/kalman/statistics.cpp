#include "vrkn/kalman/statistics.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "vrkn/kalman/forward.h"
#include "vrkn/kalman/parallel.h"

namespace vrkn::kalman {
namespace {

constexpr int64_t kPiece = kLanes;    // sequences whose statistics are summed together
constexpr int64_t kRowsAtOnce = 256;  // rows of a regression that are multiplied together

// The top left of `sum` += weight times a matrix given by its rows.
void add_block(Matrix& sum, double weight, int64_t rows, int64_t cols, const double* block) {
  sum.topLeftCorner(rows, cols) += weight * Eigen::Map<const Matrix>(block, rows, cols);
}

// The means' part of a regression's statistics: rows [x, 1, y], of which sums of products are taken many at once.
class RegressionRows {
 public:
  RegressionRows(int64_t input_size, int64_t target_size)
      : X_(input_size),
        Y_(target_size),
        width_(padded(X_ + 1 + Y_)),
        rows_(kRowsAtOnce * width_),
        gram_((X_ + 1 + Y_) * width_) {
    std::fill_n(rows_.data(), kRowsAtOnce * width_, 0.0);
    std::fill_n(gram_.data(), (X_ + 1 + Y_) * width_, 0.0);
  }

  // Begins a row with these inputs and returns the place of its targets.
  double* add(const double* x) {
    if (count_ == kRowsAtOnce) flush();
    double* const row = rows_.data() + count_++ * width_;
    std::copy(x, x + X_, row);
    row[X_] = 1.0;
    ++total_;
    return row + X_ + 1;
  }

  // Adds all rows so far to the statistics.
  void add_to(RegressionStatistics& sum) {
    flush();
    const auto entry = [this](int64_t i, int64_t j) { return gram_.data()[std::min(i, j) * width_ + std::max(i, j)]; };
    for (int64_t i = 0; i <= X_; ++i) {
      for (int64_t j = 0; j <= X_; ++j) sum.inputs(i, j) += entry(i, j);
      for (int64_t j = 0; j < Y_; ++j) sum.cross(j, i) += entry(i, X_ + 1 + j);
    }
    for (int64_t i = 0; i < Y_; ++i) {
      for (int64_t j = 0; j < Y_; ++j) sum.targets(i, j) += entry(X_ + 1 + i, X_ + 1 + j);
    }
    sum.count += static_cast<double>(total_);
  }

 private:
  void flush() {
    best_recursions().add_gram(count_, X_ + 1 + Y_, rows_.data(), gram_.data());
    count_ = 0;
  }

  int64_t X_, Y_, width_;
  Buffer rows_, gram_;
  int64_t count_ = 0;
  int64_t total_ = 0;
};

// y_t = values - M u_t.
void without_control(const double* values, int64_t size, const PerStep<Matrix>& control, const Sequences& data,
                     int64_t n, int64_t t, double* y) {
  std::copy(values, values + size, y);
  if (control.empty()) return;
  Eigen::Map<Vector>(y, size) -= control.at(t) * data.controls.at(n, t);
}

// What is known of the missing components of an observation, given the state and the other components. With y_m the
// missing and y_k the observed ones and G = R_mk R_kk^-1:
//
//   y_m = F z + d_m + G (y_k - d_k) + N(0, W),   F = C_m - G C_k,   W = R_mm - G R_km
class Imputation {
 public:
  explicit Imputation(const LinearGaussianModel& model) : model_(model) {}

  // Takes in which components of o_t are missing. Returns how many are.
  int64_t look(Eigen::Map<const Vector> o, int64_t t) {
    missing_.clear();
    known_.clear();
    for (int64_t i = 0; i < o.size(); ++i) (std::isnan(o[i]) ? missing_ : known_).push_back(i);
    t_ = t;
    return static_cast<int64_t>(missing_.size());
  }

  bool anything_observed() const { return !known_.empty(); }

  // F and W, after look() has found something missing and something observed.
  void prepare() {
    const Matrix &C = model_.emission.at(t_), &R = model_.observation_noise.at(t_);
    correlated_ = false;
    for (const int64_t i : missing_) {
      for (const int64_t k : known_) correlated_ = correlated_ || R(i, k) != 0.0;
    }
    F_.clear();
    for (const int64_t i : missing_) F_.insert(F_.end(), C.data() + i * C.cols(), C.data() + (i + 1) * C.cols());
    W_ = part(R, missing_, missing_);
    if (!correlated_) return;
    const Matrix Rkm = part(R, known_, missing_);
    G_ = solve_definite(part(R, known_, known_), Rkm, "the observation noise").transpose();
    W_ = symmetric_part(W_ - G_ * Rkm);
    for (size_t a = 0; a < missing_.size(); ++a) {
      for (size_t b = 0; b < known_.size(); ++b) {
        for (int64_t j = 0; j < C.cols(); ++j) F_[a * C.cols() + j] -= gain(a, b) * C(known_[b], j);
      }
    }
  }

  // Writes E[y_m] into the missing places of y, for E[z] = m.
  void fill(const double* m, double* y) const {
    const auto Z = model_.state_size();
    const Vector* const d = model_.emission_offset.empty() ? nullptr : &model_.emission_offset.at(t_);
    for (size_t a = 0; a < missing_.size(); ++a) {
      double sum = d == nullptr ? 0.0 : (*d)[missing_[a]];
      for (int64_t j = 0; j < Z; ++j) sum += F_[a * Z + j] * m[j];
      for (size_t b = 0; b < known_.size() && correlated_; ++b) {
        sum += gain(a, b) * (y[known_[b]] - (d == nullptr ? 0.0 : (*d)[known_[b]]));
      }
      y[missing_[a]] = sum;
    }
  }

  // Adds weight times the covariances of the missing components: with the state, F P, and among themselves,
  // F P F^T + W.
  void add_covariances(const double* P, double weight, RegressionStatistics& sum) {
    const auto Z = model_.state_size();
    const size_t M = missing_.size();
    FP_.assign(M * Z, 0.0);
    for (size_t a = 0; a < M; ++a) {
      double* const row = FP_.data() + a * Z;
      for (int64_t k = 0; k < Z; ++k) {
        for (int64_t j = 0; j < Z; ++j) row[j] += F_[a * Z + k] * P[k * Z + j];
      }
      for (int64_t j = 0; j < Z; ++j) sum.cross(missing_[a], j) += weight * row[j];
    }
    for (size_t a = 0; a < M; ++a) {
      for (size_t b = 0; b < M; ++b) {
        double value = W_(static_cast<int64_t>(a), static_cast<int64_t>(b));
        for (int64_t j = 0; j < Z; ++j) value += FP_[a * Z + j] * F_[b * Z + j];
        sum.targets(missing_[a], missing_[b]) += weight * value;
      }
    }
  }

 private:
  static Matrix part(const Matrix& R, const std::vector<int64_t>& rows, const std::vector<int64_t>& cols) {
    Matrix result(static_cast<int64_t>(rows.size()), static_cast<int64_t>(cols.size()));
    for (int64_t i = 0; i < result.rows(); ++i) {
      for (int64_t j = 0; j < result.cols(); ++j) result(i, j) = R(rows[i], cols[j]);
    }
    return result;
  }
  double gain(size_t a, size_t b) const { return G_(static_cast<int64_t>(a), static_cast<int64_t>(b)); }

  const LinearGaussianModel& model_;
  int64_t t_ = 0;
  std::vector<int64_t> missing_, known_;
  bool correlated_ = false;
  Matrix G_, W_;
  std::vector<double> F_, FP_;
};

// Adds what depends on the means of the sequences.
void add_means(const LinearGaussianModel& model, const Sequences& data, int64_t first, int64_t count,
               const double* mean, const double* log_density, ExpectedStatistics& sum) {
  const int64_t T = data.observations.steps, Z = model.state_size(), O = model.observation_size();
  RegressionRows dynamics(Z, Z), emission(Z, O);
  Imputation imputation(model);
  for (int64_t n = 0; n < count; ++n) {
    const double* const m = mean + n * T * Z;
    sum.log_likelihood = std::accumulate(log_density + n * T, log_density + (n + 1) * T, sum.log_likelihood);
    sum.sequences += 1.0;
    for (int64_t i = 0; i < Z; ++i) {
      sum.initial_sum[i] += m[i];
      for (int64_t j = 0; j < Z; ++j) sum.initial_square(i, j) += m[i] * m[j];
    }
    for (int64_t t = 0; t < T; ++t) {
      if (t > 0) {
        double* const y = dynamics.add(m + (t - 1) * Z);
        without_control(m + t * Z, Z, model.state_control, data, first + n, t, y);
      }
      const auto o = data.observations.at(first + n, t);
      const int64_t missing = imputation.look(o, t);
      if (!imputation.anything_observed()) continue;
      double* const y = emission.add(m + t * Z);
      without_control(o.data(), O, model.emission_control, data, first + n, t, y);
      if (missing == 0) continue;
      imputation.prepare();
      imputation.fill(m + t * Z, y);
    }
  }
  dynamics.add_to(sum.dynamics);
  emission.add_to(sum.emission);
}

// Adds `weight` times what depends on the covariances of sequence n of the data.
void add_covariances(const LinearGaussianModel& model, const Sequences& data, int64_t n, const double* covariance,
                     const double* cross, double weight, ExpectedStatistics& sum) {
  const int64_t T = data.observations.steps, Z = model.state_size(), square = Z * Z;
  add_block(sum.initial_square, weight, Z, Z, covariance);
  Vector middle = Vector::Zero(square), lag_one = middle, seen = middle;  // sums over steps
  Imputation imputation(model);
  for (int64_t t = 0; t < T; ++t) {
    const double* const P = covariance + t * square;
    if (t > 0 && t < T - 1) middle += Eigen::Map<const Vector>(P, square);
    if (t < T - 1) lag_one += Eigen::Map<const Vector>(cross + t * square, square);
    const int64_t missing = imputation.look(data.observations.at(n, t), t);
    if (!imputation.anything_observed()) continue;
    seen += Eigen::Map<const Vector>(P, square);
    if (missing == 0) continue;
    imputation.prepare();
    imputation.add_covariances(P, weight, sum.emission);
  }
  add_block(sum.emission.inputs, weight, Z, Z, seen.data());
  if (T == 1) return;
  for (Matrix* const second_moment : {&sum.dynamics.inputs, &sum.dynamics.targets}) {
    add_block(*second_moment, weight, Z, Z, middle.data());
  }
  add_block(sum.dynamics.inputs, weight, Z, Z, covariance);
  add_block(sum.dynamics.targets, weight, Z, Z, covariance + (T - 1) * square);
  add_block(sum.dynamics.cross, weight, Z, Z, lag_one.data());
}

}  // namespace

RegressionStatistics::RegressionStatistics(int64_t input_size, int64_t target_size)
    : inputs(Matrix::Zero(input_size + 1, input_size + 1)),
      cross(Matrix::Zero(target_size, input_size + 1)),
      targets(Matrix::Zero(target_size, target_size)) {}

void RegressionStatistics::add(const RegressionStatistics& other) {
  count += other.count;
  inputs += other.inputs;
  cross += other.cross;
  targets += other.targets;
}

Matrix RegressionStatistics::residual(const Matrix& coefficients) const {
  const Matrix explained = coefficients * cross.transpose();
  return symmetric_part(targets - explained - explained.transpose() + coefficients * inputs * coefficients.transpose());
}

Matrix coefficients(const Matrix& matrix, const PerStep<Vector>& offset) {
  Matrix result = Matrix::Zero(matrix.rows(), matrix.cols() + 1);
  result.leftCols(matrix.cols()) = matrix;
  if (!offset.empty()) result.rightCols(1) = offset.at(0);
  return result;
}

ExpectedStatistics e_step(const LinearGaussianModel& model, const Sequences& data, const ComputeOptions& options) {
  validate(model, data);
  const int64_t N = data.observations.sequences, T = data.observations.steps;
  const int64_t Z = model.state_size(), O = model.observation_size();
  const auto empty = [&] {
    ExpectedStatistics result;
    result.initial_sum = Vector::Zero(Z);
    result.initial_square = Matrix::Zero(Z, Z);
    result.dynamics = RegressionStatistics(Z, Z);
    result.emission = RegressionStatistics(Z, O);
    return result;
  };
  const FlatProblem flat(model, data);
  // Beliefs of one pack of sequences, or the covariances of all that share them.
  struct PieceBeliefs {
    Buffer mean, covariance, cross, log_density;
    PieceBeliefs(int64_t count, int64_t distinct, int64_t steps, int64_t size)
        : mean(count * steps * size),
          covariance(distinct * steps * size * size),
          cross(distinct * (steps - 1) * size * size),
          log_density(count * steps) {}
  };
  const auto smooth_into = [](const Problem& problem, int64_t count, bool shared, int threads, PieceBeliefs& to) {
    run_smoother(problem, count, shared, {.log_density = to.log_density.data()},
                 {.mean = to.mean.data(), .covariance = to.covariance.data(), .cross_covariance = to.cross.data()},
                 threads);
  };

  // Pieces of a fixed size, added in their order: the sums do not depend on the number of threads.
  std::vector<ExpectedStatistics> pieces(static_cast<size_t>((N + kPiece - 1) / kPiece), empty());
  const auto for_each_piece = [&](const auto& make_worker) {
    parallel_for(static_cast<int64_t>(pieces.size()), options.threads, make_worker);
  };
  ExpectedStatistics sum = empty();
  if (shares_covariances(data, options)) {
    PieceBeliefs all(N, 1, T, Z);
    smooth_into(flat.problem(), N, true, options.threads, all);
    add_covariances(model, data, 0, all.covariance.data(), all.cross.data(), static_cast<double>(N), sum);
    for_each_piece([&] {
      return [&](int64_t piece) {
        const int64_t first = piece * kPiece, count = std::min(kPiece, N - first);
        add_means(model, data, first, count, all.mean.data() + first * T * Z, all.log_density.data() + first * T,
                  pieces[piece]);
      };
    });
  } else {
    for_each_piece([&] {
      const auto beliefs = std::make_shared<PieceBeliefs>(kPiece, kPiece, T, Z);
      return [&, beliefs](int64_t piece) {
        const int64_t first = piece * kPiece, count = std::min(kPiece, N - first);
        smooth_into(flat.problem().from(first), count, false, 1, *beliefs);
        add_means(model, data, first, count, beliefs->mean.data(), beliefs->log_density.data(), pieces[piece]);
        for (int64_t n = 0; n < count; ++n) {
          add_covariances(model, data, first + n, beliefs->covariance.data() + n * T * Z * Z,
                          beliefs->cross.data() + n * (T - 1) * Z * Z, 1.0, pieces[piece]);
        }
      };
    });
  }
  for (const ExpectedStatistics& piece : pieces) {
    sum.log_likelihood += piece.log_likelihood;
    sum.sequences += piece.sequences;
    sum.initial_sum += piece.initial_sum;
    sum.initial_square += piece.initial_square;
    sum.dynamics.add(piece.dynamics);
    sum.emission.add(piece.emission);
  }
  return sum;
}

}  // namespace vrkn::kalman
