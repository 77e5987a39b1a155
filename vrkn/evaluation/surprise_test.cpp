#include "vrkn/evaluation/surprise.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/episode_with_gaps.h"
#include "tests/support/small_models.h"
#include "vrkn/core/error.h"
#include "vrkn/evaluation/uncertainty_evaluation.h"

namespace vrkn::evaluation::surprise_test {
namespace {

using at::Tensor;

constexpr int64_t kL = 12;

Surprise surprise(model::WorldModel& model, const data::Episode& played, model::OutcomeCounts counts = {4, 5}) {
  math::TensorGenerator rng(3);
  return surprise_of(model, played, counts, rng);
}

TEST(Surprise, DisagreementIsThatOfThePosteriorsMeanAndTheActionThatFollows) {
  const auto model = two_sensor_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 7});
  math::TensorGenerator weights(4), rng(3);
  agent::Disagreement ensemble({.members = 3, .hidden = 8, .layers = 1}, 4, 1, weights, c10::kCPU);
  const data::Episode played = episode_with_gaps(kL);
  EXPECT_TRUE(surprise(*model, played).disagreement.empty());
  const Surprise found = surprise_of(*model, played, {4, 5}, rng, &ensemble);
  EXPECT_EQ(found.epistemic, surprise(*model, played).epistemic);
  ASSERT_EQ(found.disagreement.size(), static_cast<size_t>(kL - 1));
  // Filtered step by step; the means do not depend on the samples.
  const at::NoGradGuard no_grad;
  const model::Sampling sampling{rng, /*dropout=*/false};
  model::Belief belief = model->dynamics().initial(1, sampling);
  for (int64_t t = 0; t + 1 < kL; ++t) {
    data::Observations step;
    for (const data::Readings& readings : played.observations) {
      step.push_back(data::map([&](const Tensor& tensor) { return tensor.narrow(0, t, 1); }, readings));
    }
    const model::Belief posterior = model->dynamics().update(belief, model->encode(step, rng), sampling);
    const Tensor action = played.actions.narrow(0, t + 1, 1);
    EXPECT_NEAR(found.disagreement[static_cast<size_t>(t)], ensemble.of(posterior.mean, action).item<double>(), 1e-5);
    belief = model->dynamics().predict(posterior, action, sampling);
  }
}

TEST(Surprise, OfEveryKindOfModel) {
  for (const model::ModelConfig& config : small_models()) {
    SCOPED_TRACE(kind_of(config));
    const bool has_dropout = std::visit([](const auto& c) { return c.dropout > 0.0; }, config);
    const auto model = two_sensor_model(config);
    const Surprise found = surprise(*model, episode_with_gaps(kL));
    ASSERT_EQ(found.epistemic.size(), static_cast<size_t>(kL - 1));
    ASSERT_EQ(found.density.size(), static_cast<size_t>(kL - 1));
    EXPECT_EQ(found.innovation.empty(), !kind_of(config).starts_with("vrkn"));
    for (size_t t = 0; t < found.density.size(); ++t) {
      EXPECT_EQ(std::isnan(found.density[t]), t + 1 == 7);
      if (!found.innovation.empty()) {
        EXPECT_EQ(std::isnan(found.innovation[t]), t + 1 == 7);
      }
      EXPECT_GE(found.epistemic[t], 0.0);
    }
    EXPECT_EQ(found.epistemic[0] > 0.0, has_dropout);
  }
}

// One reading moved by d changes the density of its step by ((e + d)^2 - e^2) / (2 var n), whatever came before.
TEST(Surprise, TheDensityIsThatOfTheGaussian) {
  const auto model = two_sensor_model(small_models()[2]);
  data::Episode played = episode_with_gaps(kL);
  const std::vector<double> at_far = [&] {
    played.observations[0].values[kL - 1][0] = 1000.0;
    return surprise(*model, played).density;
  }();
  played.observations[0].values[kL - 1][0] = 2000.0;
  const std::vector<double> at_farther = surprise(*model, played).density;
  EXPECT_EQ(at_far[kL - 3], at_farther[kL - 3]);
  // Variance 1 of the likelihood, and a little of the state; three elements.
  const double growth = (2000.0 * 2000.0 - 1000.0 * 1000.0) / (2.0 * 3.0);
  const double found = at_farther[kL - 2] - at_far[kL - 2];
  EXPECT_LT(found, 1.01 * growth);
  EXPECT_GT(found, 0.5 * growth);
}

TEST(Surprise, AgreesWithTheUncertaintyEvaluation) {
  const auto model = two_sensor_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  data::Episode played = episode_with_gaps(kL);
  for (data::Readings& readings : played.observations) readings.valid = at::ones({kL}, at::kBool);
  UncertaintyEvaluation evaluation(*model, {.horizon = 1, .counts = {200, 10}, .selection = {.reward = false}});
  math::TensorGenerator rng(3);
  evaluation.add(played, rng);
  const Surprise found = surprise(*model, played, {200, 10});
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  const auto& quantities = evaluation.quantities();
  const double density = (2.0 * quantities[0].horizons[0].calibration.negative_log_likelihood() +
                          quantities[1].horizons[0].calibration.negative_log_likelihood()) /
                         3.0;
  EXPECT_NEAR(mean(found.density), density, 0.02);
  const double innovation =
      0.5 * (quantities[0].horizons[0].innovation.value() + quantities[1].horizons[0].innovation.value());
  EXPECT_NEAR(mean(found.innovation), innovation, 1e-4);
  const double epistemic =
      (2.0 * quantities[0].horizons[0].epistemic.value() + quantities[1].horizons[0].epistemic.value()) / 3.0;
  EXPECT_NEAR(mean(found.epistemic), epistemic, 0.2 * epistemic);
}

TEST(Surprise, NeedsReadings) {
  const auto model = two_sensor_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, {.sensor_weight = 0.0});
  EXPECT_THROW(surprise(*model, episode_with_gaps(kL)), ConfigError);
}

}  // namespace
}  // namespace vrkn::evaluation::surprise_test
