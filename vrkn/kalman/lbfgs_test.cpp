#include "vrkn/kalman/lbfgs.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::kalman::lbfgs_test {
namespace {

using Point = std::vector<double>;

// Rosenbrock's valley in pairs of coordinates; its minimum is 0, at all ones.
double rosenbrock(const Point& x, Point& gradient) {
  double value = 0.0;
  for (size_t i = 0; i + 1 < x.size(); i += 2) {
    const double across = x[i + 1] - x[i] * x[i], along = 1.0 - x[i];
    value += 100.0 * across * across + along * along;
    gradient[i] = -400.0 * across * x[i] - 2.0 * along;
    gradient[i + 1] = 200.0 * across;
  }
  return value;
}

TEST(Lbfgs, FindsTheEndOfRosenbrocksValley) {
  const LbfgsResult result = minimise_lbfgs(rosenbrock, Point{-1.2, 1.0, -1.2, 1.0, 2.0, -3.0}, {.tolerance = 1e-14});
  EXPECT_TRUE(result.converged);
  EXPECT_LT(result.values.size(), 100u);
  for (const double x : result.point) EXPECT_NEAR(x, 1.0, 1e-6);
  for (size_t i = 1; i < result.values.size(); ++i) EXPECT_LE(result.values[i], result.values[i - 1]);
}

TEST(Lbfgs, SolvesABadlyScaledQuadratic) {
  // 1 + sum of c (x - 3)^2 / 2, curvatures c over eight decades.
  const auto quadratic = [](const Point& x, Point& gradient) {
    double value = 1.0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double c = std::pow(10.0, static_cast<double>(i) - 4.0);
      value += 0.5 * c * (x[i] - 3.0) * (x[i] - 3.0);
      gradient[i] = c * (x[i] - 3.0);
    }
    return value;
  };
  const LbfgsResult result = minimise_lbfgs(quadratic, Point(9, 0.0), {.tolerance = 1e-15});
  EXPECT_TRUE(result.converged);
  EXPECT_NEAR(result.values.back(), 1.0, 1e-12);
}

TEST(Lbfgs, TurnsBackAtTheEdgeOfTheDomain) {
  // x - log x is not defined below 0, where the first step from 20 leads.
  const auto function = [](const Point& x, Point& gradient) {
    if (x[0] <= 0.0) return std::numeric_limits<double>::quiet_NaN();
    gradient[0] = 50.0 * (1.0 - 1.0 / x[0]);
    return 50.0 * (x[0] - std::log(x[0]));
  };
  const LbfgsResult result = minimise_lbfgs(function, Point{0.02});
  EXPECT_TRUE(result.converged);
  EXPECT_NEAR(result.point[0], 1.0, 1e-6);
}

TEST(Lbfgs, StopsAtTheLimitOfIterationsAndRefusesABadStart) {
  const LbfgsResult result = minimise_lbfgs(rosenbrock, Point{-1.2, 1.0}, {.max_iterations = 3});
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.values.size(), 4u);
  const auto nowhere = [](const Point&, Point&) { return std::numeric_limits<double>::infinity(); };
  EXPECT_THROW(minimise_lbfgs(nowhere, Point{1.0}), NumericalError);
}

TEST(Lbfgs, StaysWhereTheGradientIsZero) {
  const LbfgsResult result = minimise_lbfgs(rosenbrock, Point{1.0, 1.0});
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.values.size(), 1u);
}

}  // namespace
}  // namespace vrkn::kalman::lbfgs_test
