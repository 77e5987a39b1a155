#include "vrkn/study/series_fit.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/sample.h"

namespace vrkn::study::series_fit_test {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

kalman::LinearGaussianModel truth() {
  return {.initial_mean = kalman::Vector{{1.0, 0.0}},
          .initial_covariance = scaled_identity(2),
          .transition = kalman::Matrix{{0.9, -0.3}, {0.3, 0.9}},
          .process_noise = scaled_identity(2, 0.02),
          .emission = scaled_identity(2),
          .observation_noise = scaled_identity(2, 0.05)};
}

kalman::Sequences with_gaps(kalman::Sequences data) {
  for (size_t k = 0; k < data.observations.values.size(); k += 7) data.observations.values[k] = kMissing;
  return data;
}

TEST(SeriesFit, FindsTheModelBehindTheData) {
  const kalman::Sequences data = with_gaps(kalman::sample(truth(), 200, 40, 1).data);
  const SeriesFit found = fit_series(data, {});
  EXPECT_TRUE(found.fit.converged);
  for (size_t i = 1; i < found.fit.log_likelihood.size(); ++i) {
    EXPECT_GE(found.fit.log_likelihood[i], found.fit.log_likelihood[i - 1] - 1e-6);
  }
  for (int64_t i = 0; i < 2; ++i) {
    for (int64_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(found.fit.model.transition.at(1)(i, j), truth().transition.at(1)(i, j), 0.03);
      EXPECT_NEAR(found.fit.model.process_noise.at(1)(i, j), i == j ? 0.02 : 0.0, 0.003);
      EXPECT_NEAR(found.fit.model.observation_noise.at(1)(i, j), i == j ? 0.05 : 0.0, 0.005);
    }
  }
  EXPECT_EQ(found.fitted_sequences, 160);
  EXPECT_EQ(found.filtered.belief.mean.sequences, 200);
  for (const OneStepCalibration* calibration : {&found.fitted, &found.held_out}) {
    // Six standard errors of a share of some 2700 values and more.
    const double error = 6.0 / std::sqrt(static_cast<double>(calibration->values));
    EXPECT_NEAR(calibration->coverage_50, 0.5, 0.5 * error);
    EXPECT_NEAR(calibration->coverage_80, 0.8, 0.4 * error);
    EXPECT_NEAR(calibration->coverage_95, 0.95, 0.22 * error);
    EXPECT_NEAR(calibration->normalised_innovation, 1.0, std::sqrt(2.0) * error);
  }
  EXPECT_EQ(found.fitted.values + found.held_out.values, 200 * 40 * 2 - static_cast<int64_t>((200 * 40 * 2 + 6) / 7));
}

// A position that is observed moves by a velocity that is not.
TEST(SeriesFit, TakesMoreStatesThanObservations) {
  kalman::LinearGaussianModel moving{.initial_mean = kalman::Vector{{0.0, 0.0}},
                                     .initial_covariance = scaled_identity(2),
                                     .transition = kalman::Matrix{{1.0, 1.0}, {-0.05, 0.95}},
                                     .process_noise = diagonal_matrix({1e-4, 0.01}),
                                     .emission = kalman::Matrix{{1.0, 0.0}},
                                     .observation_noise = kalman::Matrix{{0.04}}};
  const kalman::Sequences data = kalman::sample(moving, 100, 60, 2).data;
  const SeriesFit two = fit_series(data, {.state_size = 2});
  const SeriesFit one = fit_series(data, {.state_size = 1});
  EXPECT_GT(two.held_out.log_density, one.held_out.log_density + 0.1);
  const kalman::Filtered best = kalman::filter(moving, data);
  double sum = 0.0;
  for (int64_t n = 80; n < 100; ++n) {
    for (int64_t t = 0; t < 60; ++t) sum += best.log_density.at(n, t)[0];
  }
  EXPECT_NEAR(two.held_out.log_density, sum / (20.0 * 60.0), 0.02);
}

TEST(SeriesFit, TakesFewerStatesThanObservations) {
  kalman::LinearGaussianModel wide{.initial_mean = kalman::Vector{{0.0}},
                                   .initial_covariance = scaled_identity(1),
                                   .transition = kalman::Matrix{{0.95}},
                                   .process_noise = kalman::Matrix{{0.1}},
                                   .emission = kalman::Matrix{{1.0}, {-0.5}, {2.0}},
                                   .emission_offset = kalman::Vector{{3.0, 0.0, -1.0}},
                                   .observation_noise = scaled_identity(3, 0.2)};
  const SeriesFit found = fit_series(kalman::sample(wide, 100, 30, 3).data, {.state_size = 1});
  const kalman::Matrix& C = found.fit.model.emission.at(0);
  EXPECT_NEAR(C(1, 0) / C(0, 0), -0.5, 0.05);
  EXPECT_NEAR(C(2, 0) / C(0, 0), 2.0, 0.1);
}

TEST(SeriesFit, OneSequenceIsEnough) {
  const SeriesFit found = fit_series(kalman::sample(truth(), 1, 500, 4).data, {});
  EXPECT_EQ(found.fitted_sequences, 1);
  EXPECT_EQ(found.held_out.values, 0);
  EXPECT_NEAR(found.fit.model.transition.at(1)(0, 0), 0.9, 0.1);
}

std::string complaint(kalman::Series observations, SeriesFitOptions options = {}) {
  try {
    fit_series({std::move(observations)}, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(SeriesFit, SaysWhatIsWrongWithTheData) {
  using testing::HasSubstr;
  const kalman::Series good = kalman::sample(truth(), 10, 20, 5).data.observations;
  EXPECT_EQ(complaint(good), "");

  kalman::Series infinite = good;
  infinite.values[5] = std::numeric_limits<double>::infinity();
  EXPECT_NE(complaint(infinite), "");
  kalman::Series gaps = good;
  for (size_t k = 0; k < gaps.values.size(); k += 2) gaps.values[k] = kMissing;
  EXPECT_THAT(complaint(gaps), HasSubstr("component 0 of the observations is missing at every step"));
  kalman::Series constant = good;
  for (size_t k = 1; k < constant.values.size(); k += 2) constant.values[k] = 2.0;
  EXPECT_THAT(complaint(constant), HasSubstr("component 1 of the observations never changes"));
  kalman::Series shifted = good;
  for (double& value : shifted.values) value += 1e9;
  EXPECT_EQ(complaint(shifted), "");
  for (double& value : shifted.values) value += 1e30;
  EXPECT_THAT(complaint(shifted), HasSubstr("component 0 of the observations never changes"));
  kalman::Series tiny = good;
  for (double& value : tiny.values) value *= 1e-170;
  EXPECT_THAT(complaint(tiny),
              HasSubstr("component 0 of the observations has a variance of 0, but must have one from"));
  kalman::Series one_gone = good;
  for (double& value : one_gone.at(3, 0)) value = kMissing;
  EXPECT_EQ(complaint(one_gone), "");
  for (int64_t t = 0; t < 20; ++t) {
    for (double& value : one_gone.at(3, t)) value = kMissing;
  }
  EXPECT_NE(complaint(one_gone), "");
  EXPECT_NE(complaint(kalman::Series(3, 1, 2)), "");
  EXPECT_NE(complaint(kalman::Series(3, 0, 2)), "");
  EXPECT_NE(complaint(kalman::Series(0, 5, 2)), "");
  EXPECT_THAT(complaint(good, {.held_out = 1.0}), HasSubstr("held-out"));
  EXPECT_THAT(complaint(good, {.state_size = -1}), HasSubstr("-1"));
}

}  // namespace
}  // namespace vrkn::study::series_fit_test
