#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "tests/support/golden_numbers.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/standard_errors.h"
#include "vrkn/kalman/structural.h"

// What statsmodels says of the same models and data (tests/golden/README.md).
namespace vrkn::kalman::statsmodels_test {
namespace {

const std::map<std::string, std::vector<double>>& golden() {
  static const auto numbers = read_golden_numbers("kalman_statsmodels.txt");
  return numbers;
}

Sequences data_of(const std::string& name, int64_t size = 1) {
  const std::vector<double>& values = golden().at(name + ".data");
  Sequences data{Series(1, static_cast<int64_t>(values.size()) / size, size), {}};
  data.observations.values = values;
  return data;
}

void expect_near(double found, double expected, double relative) {
  EXPECT_NEAR(found, expected, relative * std::abs(expected));
}

// Everything that was recorded of a smoother with an exact diffuse start; ours and theirs agree to rounding, of which
// theirs is larger.
void expect_smoothed(const std::string& name, const LinearGaussianModel& model, const Sequences& data) {
  constexpr double kTolerance = 1e-7;
  const Smoothed smoothed = smooth(model, data);
  const Filtered filtered = filter(model, data);
  const int64_t Z = model.state_size(), T = data.observations.steps;
  const auto& mean = golden().at(name + ".smoothed_mean");
  const auto& covariance = golden().at(name + ".smoothed_covariance");
  const auto& log_density = golden().at(name + ".log_density");
  ASSERT_EQ(smoothed.belief.mean.values.size(), mean.size());
  for (size_t i = 0; i < mean.size(); ++i) {
    EXPECT_NEAR(smoothed.belief.mean.values[i], mean[i], kTolerance * (1.0 + std::abs(mean[i])));
  }
  for (int64_t t = 0; t < T; t += 3) {
    for (int64_t e = 0; e < Z * Z; ++e) {
      const double expected = covariance[static_cast<size_t>(t / 3 * Z * Z + e)];
      EXPECT_NEAR(smoothed.belief.covariance.at(0, t)(e / Z, e % Z), expected, kTolerance * (1.0 + std::abs(expected)));
    }
  }
  for (int64_t t = 0; t < T; ++t) {
    EXPECT_NEAR(filtered.log_density.at(0, t)[0], log_density[static_cast<size_t>(t)], 1e-8) << name << ", step " << t;
  }
  EXPECT_NEAR(smoothed.log_likelihood[0], golden().at(name + ".log_likelihood")[0], 1e-7);
  EXPECT_EQ(static_cast<double>(filtered.predicted.diffuse.steps), golden().at(name + ".diffuse_steps")[0]) << name;
}

LinearGaussianModel with_variances(const StructuralModel& structure, double observation, std::vector<double> states) {
  LinearGaussianModel model = structure.start;
  model.observation_noise = Matrix{{observation}};
  states.resize(static_cast<size_t>(model.state_size()), 0.0);
  model.process_noise = Matrix(Vector::Map(states.data(), model.state_size()).asDiagonal());
  return model;
}

TEST(Statsmodels, SmoothsTheNileAlike) {
  const auto& params = golden().at("nile.params");
  expect_smoothed("nile", with_variances(structural({}), params[0], {params[1]}), data_of("nile"));
}

TEST(Statsmodels, SmoothsATrendAndASeasonWithGapsAlike) {
  const StructuralModel structure = structural({.trend = true, .seasonal = 4});
  expect_smoothed("seasonal", with_variances(structure, 0.7, {0.2, 0.05, 0.1}), data_of("seasonal"));
}

TEST(Statsmodels, SmoothsTwoObservationsOfADiffuseTrendAlike) {
  const LinearGaussianModel model{.initial_mean = Vector::Zero(2),
                                  .initial_covariance = Matrix::Zero(2, 2),
                                  .initial_diffuse = scaled_identity(2),
                                  .transition = Matrix{{1.0, 1.0}, {0.0, 1.0}},
                                  .process_noise = diagonal_matrix({0.3, 0.04}),
                                  .emission = Matrix{{1.0, 0.0}, {-0.5, 0.3}},
                                  .emission_offset = Vector{{0.0, 3.0}},
                                  .observation_noise = Matrix{{1.0, 0.4}, {0.4, 0.8}}};
  expect_smoothed("pair", model, data_of("pair", 2));
}

// Both routes, from the start that structural() gives, with the default options: parameters to five digits.
void expect_fit(const std::string& name, const StructuralComponents& components,
                const std::function<std::vector<double>(const LinearGaussianModel&)>& params_of,
                const std::function<std::vector<double>(const StandardErrors&)>& errors_of) {
  const Sequences data = data_of(name);
  const StructuralModel structure = structural(components, data);
  for (const auto route : {&fit_em, &fit_gradient}) {
    const Fit fit = route(structure.start, data, structure.learned, {});
    EXPECT_TRUE(fit.converged) << name;
    EXPECT_LT(fit.log_likelihood.size(), 600u) << name;
    for (size_t i = 1; i < fit.log_likelihood.size(); ++i) EXPECT_GE(fit.log_likelihood[i], fit.log_likelihood[i - 1]);
    EXPECT_NEAR(fit.log_likelihood.back(), golden().at(name + ".log_likelihood")[0], 1e-7) << name;
    const auto &expected = golden().at(name + ".params"), found = params_of(fit.model);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) expect_near(found[i], expected[i], 5e-6);
    // Theirs are second differences of the likelihood at their maximum, good to four digits.
    const auto& expected_errors = golden().at(name + ".standard_errors");
    const std::vector<double> errors = errors_of(standard_errors(fit.model, data, structure.learned));
    for (size_t i = 0; i < errors.size(); ++i) expect_near(errors[i], expected_errors[i], 2e-4);
  }
}

TEST(Statsmodels, FitsTheNileAlike) {
  expect_fit(
      "nile", {},
      [](const LinearGaussianModel& m) {
        return std::vector{m.observation_noise.at(0)(0, 0), m.process_noise.at(0)(0, 0)};
      },
      [](const StandardErrors& e) {
        return std::vector{e.observation_noise(0, 0), e.process_noise(0, 0)};
      });
}

TEST(Statsmodels, FitsATrendAndASeasonAlike) {
  expect_fit(
      "trend_seasonal", {.trend = true, .seasonal = 4},
      [](const LinearGaussianModel& m) {
        const Matrix& Q = m.process_noise.at(0);
        return std::vector{m.observation_noise.at(0)(0, 0), Q(0, 0), Q(1, 1), Q(2, 2)};
      },
      [](const StandardErrors& e) {
        const Matrix& Q = e.process_noise;
        return std::vector{e.observation_noise(0, 0), Q(0, 0), Q(1, 1), Q(2, 2)};
      });
}

TEST(Statsmodels, FitsALevelAndAnAutoregressionAlike) {
  expect_fit(
      "level_autoregressive", {.autoregressive = 2},
      [](const LinearGaussianModel& m) {
        const Matrix &Q = m.process_noise.at(0), &A = m.transition.at(0);
        return std::vector{m.observation_noise.at(0)(0, 0), Q(0, 0), Q(1, 1), A(1, 1), A(1, 2)};
      },
      [](const StandardErrors& e) {
        const Matrix &Q = e.process_noise, &A = e.transition;
        return std::vector{e.observation_noise(0, 0), Q(0, 0), Q(1, 1), A(1, 1), A(1, 2)};
      });
}

TEST(Statsmodels, FitsATrigonometricSeasonAlike) {
  expect_fit(
      "level_trigonometric", {.seasonal = 5, .seasonal_form = SeasonalForm::kTrigonometric},
      [](const LinearGaussianModel& m) {
        const Matrix& Q = m.process_noise.at(0);
        return std::vector{m.observation_noise.at(0)(0, 0), Q(0, 0), Q(4, 4)};
      },
      [](const StandardErrors& e) {
        return std::vector{e.observation_noise(0, 0), e.process_noise(0, 0), e.process_noise(4, 4)};
      });
}

}  // namespace
}  // namespace vrkn::kalman::statsmodels_test
