#include "vrkn/lgssm/statistics.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "vrkn/lgssm/parallel.h"

namespace vrkn::lgssm {
namespace {

constexpr int64_t kPiece = 16;  // sequences whose statistics are summed together

void add_to(Matrix& sum, const Matrix& term) {
  for (size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += term.values[i];
}

// sum += x y^T
void add_outer(Matrix& sum, std::span<const double> x, std::span<const double> y) {
  for (size_t i = 0; i < x.size(); ++i) {
    double* const row = sum.values.data() + i * static_cast<size_t>(sum.cols);
    for (size_t j = 0; j < y.size(); ++j) row[j] += x[i] * y[j];
  }
}

// The top left of `sum` += weight times a matrix given by its rows.
void add_block(Matrix& sum, double weight, int64_t rows, int64_t cols, std::span<const double> block) {
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) sum(i, j) += weight * block[i * cols + j];
  }
}

// [x; 1]
Vector extended(std::span<const double> x) {
  Vector result(x.begin(), x.end());
  result.push_back(1.0);
  return result;
}

// values - M u
Vector without_control(std::span<const double> values, const PerStep<Matrix>& control, const Sequences& data, int64_t n,
                       int64_t t) {
  Vector result(values.begin(), values.end());
  if (control.empty()) return result;
  const Matrix& M = control.at(t);
  const auto u = data.controls.at(n, t);
  for (int64_t i = 0; i < M.rows; ++i) {
    for (int64_t j = 0; j < M.cols; ++j) result[i] -= M(i, j) * u[j];
  }
  return result;
}

// An observation with missing components, given the state: y = F z + f + N(0, W). Rows of observed components are zero
// in F and W, and the value itself in f.
struct Imputed {
  Matrix F;
  Vector f;
  Matrix W;
};

// With y_m the missing and y_k the known components, G = R_mk R_kk^-1:
// y_m = C_m z + d_m + G (y_k - C_k z - d_k) + N(0, R_mm - G R_km).
Imputed impute(const LinearGaussianModel& model, int64_t t, const Vector& y) {
  const Matrix &C = model.emission.at(t), &R = model.observation_noise.at(t);
  const int64_t O = C.rows, Z = C.cols;
  Vector d(static_cast<size_t>(O), 0.0);
  if (!model.emission_offset.empty()) d = model.emission_offset.at(t);
  std::vector<int64_t> missing, known;
  for (int64_t i = 0; i < O; ++i) (std::isnan(y[i]) ? missing : known).push_back(i);
  const auto part = [&R](const std::vector<int64_t>& rows, const std::vector<int64_t>& cols) {
    Matrix result(static_cast<int64_t>(rows.size()), static_cast<int64_t>(cols.size()));
    for (int64_t i = 0; i < result.rows; ++i) {
      for (int64_t j = 0; j < result.cols; ++j) result(i, j) = R(rows[i], cols[j]);
    }
    return result;
  };
  const Matrix Rkm = part(known, missing);
  const Matrix G = transpose(solve_definite(part(known, known), Rkm, "the observation noise"));
  const Matrix rest = symmetric_part(part(missing, missing) - G * Rkm);

  Imputed result{Matrix(O, Z), y, Matrix(O, O)};
  for (size_t a = 0; a < missing.size(); ++a) {
    const int64_t i = missing[a];
    result.f[i] = d[i];
    for (int64_t j = 0; j < Z; ++j) result.F(i, j) = C(i, j);
    for (size_t b = 0; b < known.size(); ++b) {
      const int64_t k = known[b];
      const double g = G(static_cast<int64_t>(a), static_cast<int64_t>(b));
      result.f[i] += g * (y[k] - d[k]);
      for (int64_t j = 0; j < Z; ++j) result.F(i, j) -= g * C(k, j);
    }
    for (size_t b = 0; b < missing.size(); ++b) {
      result.W(i, missing[b]) = rest(static_cast<int64_t>(a), static_cast<int64_t>(b));
    }
  }
  return result;
}

// The smoother's word on one step of one sequence: z ~ N(mean, covariance).
void add_emission(const LinearGaussianModel& model, const Sequences& data, const Smoothed& smoothed, int64_t n,
                  int64_t t, int64_t data_n, bool add_covariance, double weight, RegressionStatistics& sum) {
  const Vector y = without_control(data.observations.at(data_n, t), model.emission_control, data, data_n, t);
  const auto missing = std::ranges::count_if(y, [](double value) { return std::isnan(value); });
  if (missing == static_cast<int64_t>(y.size())) return;
  const auto m = smoothed.belief.mean.at(n, t);
  const auto P = smoothed.belief.covariance.at(n, t);
  const auto Z = static_cast<int64_t>(m.size());
  const Vector x = extended(m);
  sum.count += 1.0;
  add_outer(sum.inputs, x, x);
  if (add_covariance) add_block(sum.inputs, weight, Z, Z, P);
  if (missing == 0) {
    add_outer(sum.cross, y, x);
    add_outer(sum.targets, y, y);
    return;
  }
  const auto [F, f, W] = impute(model, t, y);
  Vector mean = F * Vector(m.begin(), m.end());
  for (size_t i = 0; i < f.size(); ++i) mean[i] += f[i];
  add_outer(sum.cross, mean, x);
  add_outer(sum.targets, mean, mean);
  const Matrix FP = F * smoothed.belief.covariance.matrix(n, t);
  add_block(sum.cross, 1.0, FP.rows, FP.cols, FP.values);
  add_to(sum.targets, FP * transpose(F) + W);
}

// Adds sequences [first, first + count) of `smoothed`, whose sequence 0 is sequence `offset` of `data`. Where
// covariances are shared, those of all sequences are added once, with the first of them.
void add_sequences(const LinearGaussianModel& model, const Sequences& data, const Smoothed& smoothed, int64_t first,
                   int64_t count, int64_t offset, ExpectedStatistics& sum) {
  const auto& [mean, covariance] = smoothed.belief;
  const int64_t T = mean.steps, Z = mean.size;
  const bool shared = covariance.is_shared();
  for (int64_t n = first; n < first + count; ++n) {
    const bool add_covariance = !shared || n == first;
    const double weight = shared ? static_cast<double>(count) : 1.0;
    sum.log_likelihood += smoothed.log_likelihood[n];
    sum.sequences += 1.0;
    const auto m0 = mean.at(n, 0);
    for (int64_t i = 0; i < Z; ++i) sum.initial_sum[i] += m0[i];
    add_outer(sum.initial_square, m0, m0);
    if (add_covariance) add_block(sum.initial_square, weight, Z, Z, covariance.at(n, 0));
    for (int64_t t = 0; t < T; ++t) {
      add_emission(model, data, smoothed, n, t, offset + n, add_covariance, weight, sum.emission);
      if (t == 0) continue;
      const Vector x = extended(mean.at(n, t - 1));
      const Vector y = without_control(mean.at(n, t), model.state_control, data, offset + n, t);
      sum.dynamics.count += 1.0;
      add_outer(sum.dynamics.inputs, x, x);
      add_outer(sum.dynamics.cross, y, x);
      add_outer(sum.dynamics.targets, y, y);
      if (!add_covariance) continue;
      add_block(sum.dynamics.inputs, weight, Z, Z, covariance.at(n, t - 1));
      add_block(sum.dynamics.cross, weight, Z, Z, transpose(lag_one_covariance(smoothed, n, t - 1)).values);
      add_block(sum.dynamics.targets, weight, Z, Z, covariance.at(n, t));
    }
  }
}

}  // namespace

RegressionStatistics::RegressionStatistics(int64_t input_size, int64_t target_size)
    : inputs(input_size + 1, input_size + 1), cross(target_size, input_size + 1), targets(target_size, target_size) {}

void RegressionStatistics::add(const RegressionStatistics& other) {
  count += other.count;
  add_to(inputs, other.inputs);
  add_to(cross, other.cross);
  add_to(targets, other.targets);
}

Matrix RegressionStatistics::residual(const Matrix& coefficients) const {
  const Matrix explained = coefficients * transpose(cross);
  return symmetric_part(targets - explained - transpose(explained) + coefficients * inputs * transpose(coefficients));
}

ExpectedStatistics expected_statistics(const LinearGaussianModel& model, const Sequences& data,
                                       const ComputeOptions& options) {
  validate(model, data);
  const int64_t N = data.observations.sequences, Z = model.state_size(), O = model.observation_size();
  const auto empty = [&] {
    ExpectedStatistics result;
    result.initial_sum = Vector(static_cast<size_t>(Z), 0.0);
    result.initial_square = Matrix(Z, Z);
    result.dynamics = RegressionStatistics(Z, Z);
    result.emission = RegressionStatistics(Z, O);
    return result;
  };
  std::optional<Smoothed> all;
  if (options.share_covariances && same_pattern(data.observations)) all = smooth(model, data, options);

  // Pieces of a fixed size, added in their order: the sums do not depend on the number of threads.
  std::vector<ExpectedStatistics> pieces(static_cast<size_t>((N + kPiece - 1) / kPiece), empty());
  parallel_for(static_cast<int64_t>(pieces.size()), options.threads, [&](int64_t piece) {
    const int64_t first = piece * kPiece, count = std::min(kPiece, N - first);
    if (all) {
      add_sequences(model, data, *all, first, count, 0, pieces[piece]);
    } else {
      const ComputeOptions here{.threads = 1, .share_covariances = options.share_covariances};
      add_sequences(model, data, smooth(model, slice(data, first, count), here), 0, count, first, pieces[piece]);
    }
  });
  ExpectedStatistics sum = empty();
  for (const ExpectedStatistics& piece : pieces) {
    sum.log_likelihood += piece.log_likelihood;
    sum.sequences += piece.sequences;
    for (int64_t i = 0; i < Z; ++i) sum.initial_sum[i] += piece.initial_sum[i];
    add_to(sum.initial_square, piece.initial_square);
    sum.dynamics.add(piece.dynamics);
    sum.emission.add(piece.emission);
  }
  return sum;
}

}  // namespace vrkn::lgssm
