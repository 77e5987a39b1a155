#include "vrkn/kalman/structural.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/standard_errors.h"

// Structural models, standard errors, and where fits stop; numbers of statsmodels are in statsmodels_test.cpp.
namespace vrkn::kalman::structural_test {
namespace {

// E[o_{t+1}] - what the states of step t lead to, without noise.
std::vector<double> without_noise(const LinearGaussianModel& model, Vector z, int64_t steps) {
  std::vector<double> result;
  for (int64_t t = 0; t < steps; ++t) {
    result.push_back((model.emission.at(0) * z)(0));
    z = model.transition.at(0) * z;
  }
  return result;
}

TEST(Structural, WithoutNoiseComponentsAreWhatTheirNamesSay) {
  const auto line = without_noise(structural({.trend = true}).start, Vector{{5.0, 0.5}}, 4);
  for (int t = 0; t < 4; ++t) EXPECT_NEAR(line[t], 5.0 + 0.5 * t, 1e-14);
  for (const int64_t period : {2, 3, 4, 7, 12}) {
    for (const SeasonalForm form : {SeasonalForm::kDummy, SeasonalForm::kTrigonometric}) {
      const StructuralModel season = structural({.level = false, .seasonal = period, .seasonal_form = form});
      ASSERT_EQ(season.start.state_size(), period - 1);
      ScalarGenerator random(static_cast<uint64_t>(period));
      const auto effects = without_noise(season.start, random_vector(random, period - 1), 2 * period);
      double sum = 0.0;
      for (int64_t t = 0; t < period; ++t) {
        sum += effects[t];
        EXPECT_NEAR(effects[t + period], effects[t], 1e-12);
      }
      EXPECT_NEAR(sum, 0.0, 1e-12);
      EXPECT_GT(std::abs(effects[0]), 1e-3);
      // A whole period fixes it.
      Sequences data{Series(1, period + 1, 1), {}};
      for (int64_t t = 0; t <= period; ++t) data.observations.values[t] = effects[t];
      EXPECT_EQ(filter(season.start, data).predicted.diffuse.steps, period - 1);
    }
  }
}

TEST(Structural, AnAutoregressionStartsInItsStationaryDistribution) {
  const StructuralModel model = structural({.level = false, .autoregressive = 2}, 10.0);
  EXPECT_FALSE(model.start.has_diffuse_start());
  const Matrix &A = model.start.transition.at(0), &Q = model.start.process_noise.at(0);
  const Matrix& P = model.start.initial_covariance;
  EXPECT_LT((A * P * A.transpose() + Q - P).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_EQ(model.state_names, (std::vector<std::string>{"autoregressive 0", "autoregressive 1"}));
}

TEST(Structural, NamesWhatIsWrong) {
  const auto complaint = [](const StructuralComponents& components) -> std::string {
    try {
      structural(components);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "nothing";
  };
  EXPECT_EQ(complaint({.level = false}),
            "the model has no component; expected a level, a season or an autoregressive part");
  EXPECT_EQ(complaint({.level = false, .trend = true}),
            "the model has a trend but no level; a trend is the slope of a level");
  EXPECT_EQ(complaint({.seasonal = 1}), "the period of the season is 1 steps, but must be at least 2, or 0 for none");
  EXPECT_EQ(complaint({.autoregressive = -1}), "the autoregressive order is -1, but must be at least 0");
  EXPECT_THROW(structural({}, -1.0), ConfigError);
  EXPECT_THROW(structural({}, Sequences{Series(1, 5, 2), {}}), ShapeError);
  EXPECT_THROW(structural({}, Sequences{Series(1, 5, 1), {}}), DataError);
}

TEST(StandardErrors, OfAMeanAndAVarianceAreTheirClosedForms) {
  // o = d + N(0, R): sqrt(R / n), and R sqrt(2 / n).
  LinearGaussianModel model = random_model(1, {.Z = 1, .O = 1, .U = 0});
  model.emission = Matrix{{0.0}};
  const Sequences data = random_sequences(3, 1, {.Z = 1, .O = 1, .U = 0, .T = 200}, 0.0);
  const Learned learned{.emission_offset = true, .observation_noise = true};
  const Fit fit = fit_em(model, data, learned);
  double sum = 0.0, squares = 0.0;
  for (const double o : data.observations.values) sum += o, squares += o * o;
  const double mean = sum / 200.0, R = squares / 200.0 - mean * mean;
  EXPECT_NEAR(fit.model.emission_offset.at(0)[0], mean, 1e-12);
  EXPECT_NEAR(fit.model.observation_noise.at(0)(0, 0), R, 1e-12);
  const StandardErrors errors = standard_errors(fit.model, data, learned);
  EXPECT_NEAR(errors.emission_offset[0], std::sqrt(R / 200.0), 1e-7);
  EXPECT_NEAR(errors.observation_noise(0, 0), R * std::sqrt(2.0 / 200.0), 1e-7);
  EXPECT_EQ(errors.transition.size(), 0);
}

TEST(StandardErrors, OfACovarianceAreThoseOfItsElements) {
  // Independent vectors: Var(S_ij) = (S_ii S_jj + S_ij^2) / n. The fixed offset has none.
  LinearGaussianModel model = random_model(2, {.Z = 1, .O = 2, .U = 0});
  model.emission = Matrix{{0.0}, {0.0}};
  const Sequences data = random_sequences(5, 1, {.Z = 1, .O = 2, .U = 0, .T = 300}, 0.0);
  Learned learned{.emission_offset = true, .observation_noise = true};
  learned.elements.emission_offset = Mask{{true}, {false}};
  const Fit fit = fit_gradient(model, data, learned, {.tolerance = 1e-9});
  const Matrix& S = fit.model.observation_noise.at(0);
  const StandardErrors errors = standard_errors(fit.model, data, learned);
  EXPECT_EQ(errors.emission_offset[1], 0.0);
  EXPECT_GT(errors.emission_offset[0], 0.0);
  // With the offset of the second component fixed away from its mean only the order of magnitude is the closed form's
  // for the others; its own variance knows nothing of the first.
  EXPECT_NEAR(errors.observation_noise(1, 1), S(1, 1) * std::sqrt(2.0 / 300.0), 1e-6);
  EXPECT_EQ(errors.observation_noise(0, 1), errors.observation_noise(1, 0));
  learned.elements = {};
  const Fit whole = fit_gradient(model, data, learned, {.tolerance = 1e-9});
  const Matrix& W = whole.model.observation_noise.at(0);
  const StandardErrors all = standard_errors(whole.model, data, learned);
  for (const auto& [i, j] : {std::pair(0, 0), std::pair(0, 1), std::pair(1, 1)}) {
    EXPECT_NEAR(all.observation_noise(i, j), std::sqrt((W(i, i) * W(j, j) + W(i, j) * W(i, j)) / 300.0), 1e-6);
  }
}

TEST(StandardErrors, AFlatDirectionIsNamed) {
  // Only the product of emission and state matters: both cannot be learned.
  LinearGaussianModel model = random_model(3, {.Z = 1, .O = 1, .U = 0});
  model.state_offset = model.emission_offset = {};
  model.initial_mean = Vector{{0.0}};
  model.initial_covariance = Matrix{{0.5}};
  model.initial_diffuse = Matrix{{1.0}};
  const Sequences data = random_sequences(4, 3, {.Z = 1, .O = 1, .U = 0, .T = 50}, 0.0);
  const Learned learned{.process_noise = true, .emission = true, .observation_noise = true};
  const Fit fit = fit_gradient(model, data, learned);
  try {
    standard_errors(fit.model, data, learned);
    FAIL();
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("the likelihood does not fall to both sides of this model along the "),
              std::string::npos)
        << error.what();
  }
}

TEST(Fit, WithoutAMaximumSaysSo) {
  for (const double value : {5.0, 1120.0, 0.0}) {
    Sequences data{Series(1, 3, 1), {}};
    data.observations.values = {value, value, value};
    const StructuralModel model = structural({});
    for (const auto route : {&fit_em, &fit_gradient}) {
      try {
        const Fit fit = route(model.start, data, model.learned, {});
        ADD_FAILURE() << value << ": R = " << fit.model.observation_noise.at(0)
                      << ", Q = " << fit.model.process_noise.at(0) << ", l = " << fit.log_likelihood.back();
      } catch (const NumericalError& error) {
        EXPECT_EQ(std::string(error.what()).find("the likelihood has no maximum: the "), 0u) << error.what();
        EXPECT_NE(std::string(error.what()).find("noise went to 0 ("), std::string::npos) << error.what();
      }
    }
  }
}

TEST(Fit, AMaximumAtAVarianceOfZeroIsOne) {
  // White noise has no level noise: its variance goes to 0, and the likelihood stays where it is.
  ScalarGenerator random(11);
  Sequences data{Series(1, 100, 1), {}};
  for (int64_t t = 0; t < 100; ++t) {
    data.observations.values[t] = 3.0 + random.normal() * (t % 2 == 0 ? 1.0 : -1.0) + (t % 2 == 0 ? 0.5 : -0.5);
  }
  const StructuralModel model = structural({}, data);
  double mean = 0.0, squares = 0.0;
  for (const double o : data.observations.values) mean += o / 100.0;
  for (const double o : data.observations.values) squares += (o - mean) * (o - mean);
  for (const auto route : {&fit_em, &fit_gradient}) {
    const Fit fit = route(model.start, data, model.learned, {});
    EXPECT_TRUE(fit.converged);
    EXPECT_LT(fit.log_likelihood.size(), 300u);
    EXPECT_LT(fit.model.process_noise.at(0)(0, 0), 1e-6);
    EXPECT_NEAR(fit.model.observation_noise.at(0)(0, 0), squares / 99.0, 1e-4);
  }
}

}  // namespace
}  // namespace vrkn::kalman::structural_test
