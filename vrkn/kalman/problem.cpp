#include "vrkn/kalman/problem.h"

#include <algorithm>
#include <new>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

constexpr std::align_val_t kCacheLine{64};

bool is_diagonal(const Matrix& matrix) {
  return (matrix - Matrix(matrix.diagonal().asDiagonal())).isZero(0.0);
}

}  // namespace

Buffer::Buffer(int64_t count)
    : values_(static_cast<double*>(::operator new(static_cast<size_t>(count) * sizeof(double), kCacheLine))) {}

void Buffer::Free::operator()(double* values) const {
  ::operator delete(values, kCacheLine);
}

FlatProblem::FlatProblem(const LinearGaussianModel& model, const Sequences& data) {
  problem_.T = data.observations.steps;
  problem_.Z = model.state_size();
  problem_.O = model.observation_size();
  problem_.m0 = {model.initial_mean.data()};
  problem_.P0 = {model.initial_covariance.data()};
  if (model.has_diffuse_start()) problem_.P_inf = model.initial_diffuse.data();
  problem_.A = flatten(model.transition);
  problem_.Q = flatten(model.process_noise);
  problem_.C = flatten(model.emission);
  problem_.R = flatten(model.observation_noise);
  problem_.Q_is_diagonal = std::ranges::all_of(model.process_noise.values, is_diagonal);
  problem_.R_is_diagonal = std::ranges::all_of(model.observation_noise.values, is_diagonal);
  problem_.drift = offsets(model.state_offset, model.state_control, problem_.Z, data);
  problem_.shift = offsets(model.emission_offset, model.emission_control, problem_.O, data);
  problem_.observations = data.observations.values.data();
}

StepView FlatProblem::flatten(const PerStep<Matrix>& parameter) {
  if (parameter.is_constant()) return {parameter.values.front().data(), 0};
  std::vector<double> flat;
  for (const Matrix& matrix : parameter.values) flat.insert(flat.end(), matrix.data(), matrix.data() + matrix.size());
  storage_.push_back(std::move(flat));
  return {storage_.back().data(), parameter.values.front().size()};
}

RowView FlatProblem::offsets(const PerStep<Vector>& offset, const PerStep<Matrix>& control, int64_t size,
                             const Sequences& data) {
  if (offset.empty() && control.empty()) return {};
  const int64_t N = control.empty() ? 1 : data.observations.sequences;
  const int64_t T = control.empty() && offset.is_constant() ? 1 : data.observations.steps;
  std::vector<double> rows(static_cast<size_t>(N * T * size), 0.0);
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t t = 0; t < T; ++t) {
      Eigen::Map<Vector> row(rows.data() + (n * T + t) * size, size);
      if (!offset.empty()) row += offset.at(t);
      if (!control.empty()) row += control.at(t) * data.controls.at(n, t);
    }
  }
  storage_.push_back(std::move(rows));
  return {storage_.back().data(), N == 1 ? 0 : T * size, T == 1 ? 0 : size};
}

void throw_indefinite(int64_t step, int64_t first, int64_t count) {
  const std::string who =
      count == 1 ? "sequence " + std::to_string(first)
                 : "one of the sequences " + std::to_string(first) + " to " + std::to_string(first + count - 1);
  throw NumericalError("the innovation's covariance of " + who + " at step " + std::to_string(step) +
                       " is not positive definite in double precision: the beliefs grew without bound, or the "
                       "observation noise is too small beside them");
}

}  // namespace vrkn::kalman
