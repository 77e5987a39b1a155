#include "vrkn/kalman/learned_regression.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace vrkn::kalman {
namespace {

using Components = std::vector<int64_t>;

bool is_in(const Mask& mask, int64_t i, int64_t j) {
  return mask.size() == 0 || mask(i, j);
}

// Components that are connected by covariances, those that are there and those that are learned.
std::vector<Components> independent_parts(const Matrix& S, bool may_correlate, const Mask& mask) {
  const int64_t size = S.rows();
  Components part(static_cast<size_t>(size));  // the lowest component that each is connected with
  std::iota(part.begin(), part.end(), 0);
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t j = 0; j < i; ++j) {
      if (S(i, j) == 0.0 && !(may_correlate && is_in(mask, i, j))) continue;
      const int64_t from = std::max(part[i], part[j]), to = std::min(part[i], part[j]);
      std::ranges::replace(part, from, to);
    }
  }
  std::map<int64_t, Components> parts;
  for (int64_t i = 0; i < size; ++i) parts[part[i]].push_back(i);
  std::vector<Components> result;
  for (auto& [first, components] : parts) result.push_back(std::move(components));
  return result;
}

// What is learned of S.
std::vector<CovarianceBlock> learned_blocks(const std::vector<Components>& parts, int64_t size, CovarianceForm form,
                                            const Mask& mask, const Components& groups) {
  using Kind = CovarianceBlock::Kind;
  std::vector<CovarianceBlock> blocks;
  if (form != CovarianceForm::kFull) {
    std::map<int64_t, Components> members;
    for (int64_t i = 0; i < size; ++i) {
      if (!is_in(mask, i, i)) continue;
      const int64_t group = form == CovarianceForm::kSpherical ? 0 : groups.empty() ? i : groups[i];
      members[group].push_back(i);
    }
    for (auto& [group, components] : members) blocks.push_back({Kind::kOneVariance, std::move(components)});
    return blocks;
  }
  for (const Components& part : parts) {
    CovarianceBlock block{Kind::kElements, part};
    for (const int64_t i : part) {
      for (const int64_t j : part) {
        if (j <= i && is_in(mask, i, j)) block.elements.emplace_back(i, j);
      }
    }
    if (block.elements.empty()) continue;
    if (block.elements.size() == part.size() * (part.size() + 1) / 2) block.kind = Kind::kFree;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

LearnedRegression make(int64_t inputs, bool learn_matrix, const Mask& matrix, bool learn_offset, const Mask& offset,
                       const Matrix& S, bool learn_noise, CovarianceForm form, const Mask& noise,
                       const Components& groups, const char* name) {
  const int64_t size = S.rows();
  LearnedRegression result{.coefficients = Mask(size, inputs + 1), .noise = name};
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t j = 0; j < inputs; ++j) result.coefficients(i, j) = learn_matrix && is_in(matrix, i, j);
    result.coefficients(i, inputs) = learn_offset && is_in(offset, i, 0);
  }
  result.parts = independent_parts(S, learn_noise && form == CovarianceForm::kFull, noise);
  if (learn_noise) result.blocks = learned_blocks(result.parts, size, form, noise, groups);
  return result;
}

// The elements (rows, cols) of a matrix.
Matrix part_of(const Matrix& matrix, const Components& rows, const Components& cols) {
  return matrix(rows, cols);
}

}  // namespace

bool LearnedRegression::is_learned(const std::vector<int64_t>& part) const {
  return std::ranges::any_of(part, [this](int64_t i) {
    return coefficients.row(i).any() || std::ranges::any_of(blocks, [i](const CovarianceBlock& block) {
             return std::ranges::find(block.components, i) != block.components.end();
           });
  });
}

bool LearnedRegression::has_closed_form() const {
  return std::ranges::none_of(
      blocks, [](const CovarianceBlock& block) { return block.kind == CovarianceBlock::Kind::kElements; });
}

LearnedRegression initial_regression(const LinearGaussianModel& model, const Learned& learned) {
  return make(0, false, {}, learned.initial_mean, learned.elements.initial_mean, model.initial_covariance,
              learned.initial_covariance, learned.initial_form, learned.elements.initial_covariance, {},
              "the initial covariance");
}

LearnedRegression dynamics_regression(const LinearGaussianModel& model, const Learned& learned) {
  return make(model.state_size(), learned.transition, learned.elements.transition, learned.state_offset,
              learned.elements.state_offset, model.process_noise.at(0), learned.process_noise, learned.process_form,
              learned.elements.process_noise, learned.process_groups, "the process noise");
}

LearnedRegression emission_regression(const LinearGaussianModel& model, const Learned& learned) {
  return make(model.state_size(), learned.emission, learned.elements.emission, learned.emission_offset,
              learned.elements.emission_offset, model.observation_noise.at(0), learned.observation_noise,
              learned.observation_form, learned.elements.observation_noise, {}, "the observation noise");
}

RegressionStatistics initial_statistics(const ExpectedStatistics& statistics) {
  RegressionStatistics initial(0, statistics.initial_sum.size());
  initial.count = initial.inputs(0, 0) = statistics.sequences;
  initial.cross = statistics.initial_sum;
  initial.targets = statistics.initial_square;
  return initial;
}

double expected_log_likelihood(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                               const Matrix& S) {
  const Matrix E = s.residual(Ab);
  double value = 0.0;
  for (const Components& part : regression.parts) {
    if (!regression.is_learned(part)) continue;
    const Matrix here = part_of(S, part, part);
    const Matrix white = solve_definite(here, part_of(E, part, part), regression.noise);
    const double log_det = 2.0 * cholesky(here).lower.diagonal().array().log().sum();
    value -= 0.5 * (s.count * log_det + white.trace());
  }
  return value;
}

Matrix coefficient_gradient(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                            const Matrix& S) {
  const Matrix rest = s.cross - Ab * s.inputs;
  Matrix gradient = Matrix::Zero(rest.rows(), rest.cols());
  for (const Components& part : regression.parts) {
    const bool any = std::ranges::any_of(part, [&](int64_t i) { return regression.coefficients.row(i).any(); });
    if (!any) continue;
    gradient(part, Eigen::all) =
        solve_definite(part_of(S, part, part), Matrix(rest(part, Eigen::all)), regression.noise);
  }
  return gradient;
}

Matrix noise_gradient(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                      const Matrix& S) {
  const Matrix E = s.residual(Ab);
  Matrix gradient = Matrix::Zero(S.rows(), S.cols());
  for (const Components& part : regression.parts) {
    if (regression.blocks.empty() || !regression.is_learned(part)) continue;
    const Matrix here = part_of(S, part, part);
    const Matrix left = solve_definite(here, part_of(E, part, part) - s.count * here, regression.noise);
    gradient(part, part) = symmetric_part(0.5 * solve_definite(here, left.transpose(), regression.noise));
  }
  return gradient;
}

Matrix best_coefficients(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                         const Matrix& S) {
  constexpr const char* kMoments = "the states' second moment";
  Matrix best = Ab;
  for (const Components& part : regression.parts) {
    const auto learned_columns = [&](int64_t row) {
      Components columns;
      for (int64_t j = 0; j < Ab.cols(); ++j) {
        if (regression.coefficients(row, j)) columns.push_back(j);
      }
      return columns;
    };
    const Components first = learned_columns(part.front());
    const bool all_alike = std::ranges::all_of(part, [&](int64_t i) { return learned_columns(i) == first; });
    Matrix fixed = Ab;  // learned elements as zeros
    std::vector<std::pair<int64_t, int64_t>> elements;
    for (const int64_t i : part) {
      for (const int64_t j : learned_columns(i)) {
        fixed(i, j) = 0.0;
        elements.emplace_back(i, j);
      }
    }
    if (elements.empty()) continue;
    const Matrix target = s.cross - fixed * s.inputs;
    if (all_alike) {
      const Matrix found =
          solve_definite(part_of(s.inputs, first, first), part_of(target, part, first).transpose(), kMoments);
      best(part, first) = found.transpose();
      continue;
    }
    const auto count = static_cast<int64_t>(elements.size());
    Matrix precision = Matrix::Zero(S.rows(), S.rows());
    const auto size = static_cast<int64_t>(part.size());
    precision(part, part) = solve_definite(part_of(S, part, part), Matrix::Identity(size, size), regression.noise);
    const Matrix weighted = precision * target;
    Matrix system(count, count), right(count, 1);
    for (int64_t a = 0; a < count; ++a) {
      const auto [i, j] = elements[a];
      right(a, 0) = weighted(i, j);
      for (int64_t b = 0; b < count; ++b) {
        const auto [k, l] = elements[b];
        system(a, b) = precision(i, k) * s.inputs(l, j);
      }
    }
    const Matrix found = solve_definite(symmetric_part(system), right, kMoments);
    for (int64_t a = 0; a < count; ++a) best(elements[a].first, elements[a].second) = found(a, 0);
  }
  return best;
}

Matrix best_noise(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                  const Matrix& S) {
  const Matrix mean_square = s.residual(Ab) / s.count;
  Matrix best = S;
  for (const auto& [kind, components, elements] : regression.blocks) {
    if (kind == CovarianceBlock::Kind::kFree) {
      best(components, components) = part_of(mean_square, components, components);
    } else if (kind == CovarianceBlock::Kind::kOneVariance) {
      const double var = part_of(mean_square, components, components).diagonal().mean();
      for (const int64_t i : components) best(i, i) = var;
    }
  }
  return best;
}

}  // namespace vrkn::kalman
