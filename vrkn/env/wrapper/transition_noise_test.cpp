#include "vrkn/env/wrapper/transition_noise.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::env::transition_noise_test {
namespace {

// Keeps the actions it gets.
class Recorder final : public Environment {
 public:
  explicit Recorder(std::vector<std::vector<double>>* actions) : actions_(actions) {}
  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep reset(uint64_t) override { return {}; }
  TimeStep step(std::span<const double> action) override {
    actions_->emplace_back(action.begin(), action.end());
    return {};
  }

 private:
  std::vector<std::vector<double>>* actions_;
  EnvironmentSpec spec_{.name = "recorder", .sensors = {}, .action_size = 2, .step_limit = 1 << 20};
};

std::vector<std::vector<double>> disturbed(double noise_std, uint64_t seed, int steps, std::vector<double> action) {
  std::vector<std::vector<double>> actions;
  TransitionNoise environment(std::make_unique<Recorder>(&actions), noise_std);
  environment.reset(seed);
  for (int t = 0; t < steps; ++t) environment.step(action);
  return actions;
}

TEST(TransitionNoise, IsGaussianAndIndependentPerComponent) {
  constexpr int kSteps = 20000;
  const double noise_std = 0.1;
  double mean[2] = {};
  double square[2] = {};
  double product = 0.0;
  double kurtosis = 0.0;
  for (const auto& action : disturbed(noise_std, 5, kSteps, {0.2, -0.3})) {
    const double first = (action[0] - 0.2) / noise_std;
    const double second = (action[1] + 0.3) / noise_std;
    mean[0] += first / kSteps;
    mean[1] += second / kSteps;
    square[0] += first * first / kSteps;
    square[1] += second * second / kSteps;
    product += first * second / kSteps;
    kurtosis += std::pow(first, 4) / kSteps;
  }
  // Six standard errors: of a mean 1 / sqrt(n), of a variance sqrt(2 / n), of a fourth moment sqrt(96 / n).
  const double root = std::sqrt(static_cast<double>(kSteps));
  for (int i = 0; i < 2; ++i) {
    EXPECT_NEAR(mean[i], 0.0, 6.0 / root);
    EXPECT_NEAR(square[i], 1.0, 6.0 * std::sqrt(2.0) / root);
  }
  EXPECT_NEAR(product, 0.0, 6.0 / root);
  EXPECT_NEAR(kurtosis, 3.0, 6.0 * std::sqrt(96.0) / root);
}

TEST(TransitionNoise, StaysWithinTheActionRange) {
  int clipped = 0;
  for (const auto& action : disturbed(0.5, 1, 1000, {0.9, -0.9})) {
    for (const double component : action) {
      EXPECT_LE(std::abs(component), 1.0);
      clipped += std::abs(component) == 1.0 ? 1 : 0;
    }
  }
  EXPECT_GT(clipped, 600);  // about 42 % of 2000
  EXPECT_LT(clipped, 1100);
}

TEST(TransitionNoise, FollowsTheEpisodesSeed) {
  EXPECT_EQ(disturbed(0.2, 9, 20, {0.0, 0.0}), disturbed(0.2, 9, 20, {0.0, 0.0}));
  EXPECT_NE(disturbed(0.2, 9, 20, {0.0, 0.0}), disturbed(0.2, 10, 20, {0.0, 0.0}));
  EXPECT_EQ(disturbed(0.0, 9, 1, {0.5, 0.25})[0], (std::vector{0.5, 0.25}));
}

TEST(TransitionNoise, RefusesImpossibleDeviations) {
  std::vector<std::vector<double>> actions;
  for (const double noise_std : {-0.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(TransitionNoise(std::make_unique<Recorder>(&actions), noise_std), ConfigError);
  }
}

}  // namespace
}  // namespace vrkn::env::transition_noise_test
