#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/golden_numbers.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/standard_errors.h"
#include "vrkn/kalman/structural.h"

namespace vrkn::kalman::nile_test {
namespace {

// The example of docs/kalman.md, with its digits.
TEST(Nile, IsAsTheDocumentSays) {
  Sequences data{Series(1, 100, 1), {}};
  data.observations.values = read_golden_numbers("kalman_statsmodels.txt").at("nile.data");
  const StructuralModel model = structural({.level = true}, data);
  const Fit fit = fit_em(model.start, data, model.learned), gradient = fit_gradient(model.start, data, model.learned);
  EXPECT_LT(fit.log_likelihood.size(), 30u);
  EXPECT_LT(gradient.log_likelihood.size(), 15u);
  for (const Fit& found : {fit, gradient}) {
    EXPECT_NEAR(found.model.observation_noise.at(0)(0, 0), 15098.5, 0.05);
    EXPECT_NEAR(found.model.process_noise.at(0)(0, 0), 1469.2, 0.05);
    EXPECT_NEAR(found.log_likelihood.back(), -633.4646, 5e-5);
    EXPECT_NEAR(found.log_likelihood.back() + 0.5 * std::log(2.0 * M_PI), -632.5456, 5e-5);
  }
  const StandardErrors errors = standard_errors(fit.model, data, model.learned);
  EXPECT_NEAR(errors.observation_noise(0, 0), 3145.5, 0.05);
  EXPECT_NEAR(errors.process_noise(0, 0), 1280.4, 0.05);
  const Smoothed smoothed = smooth(fit.model, data);
  EXPECT_NEAR(smoothed.belief.mean.at(0, 0)[0], 1111.7, 0.05);
  EXPECT_NEAR(smoothed.belief.covariance.at(0, 0)(0, 0), 4032.2, 0.05);
}

}  // namespace
}  // namespace vrkn::kalman::nile_test
