#pragma once

#include <cmath>

#include <gtest/gtest.h>

#include "vrkn/kalman/filter.h"
#include "vrkn/kalman/parametrisation.h"

namespace vrkn {

/// Expects the gradient of the log-likelihood at `model`, which the parametrisation was made from, to equal central
/// differences; `tolerance` is relative to 1 + |gradient|.
inline void expect_gradient(const kalman::Parametrisation& parametrisation, const kalman::LinearGaussianModel& model,
                            const kalman::Sequences& data, double tolerance) {
  const std::vector<double> start = parametrisation.start();
  const std::vector<double> gradient = parametrisation.gradient(model, e_step(model, data));
  ASSERT_EQ(gradient.size(), start.size());
  for (size_t i = 0; i < start.size(); ++i) {
    const auto value = [&](double step) {
      std::vector<double> moved = start;
      moved[i] += step;
      return log_likelihood(parametrisation.model(moved), data).sum();
    };
    constexpr double kStep = 1e-5;
    const double slope = (value(kStep) - value(-kStep)) / (2.0 * kStep);
    EXPECT_NEAR(gradient[i], slope, tolerance * (1.0 + std::abs(slope))) << parametrisation.names()[i];
  }
}

}  // namespace vrkn
