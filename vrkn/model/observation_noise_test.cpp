#include "vrkn/model/observation_noise.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/core/error.h"
#include "vrkn/math/gaussian.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::model::observation_noise_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int64_t N = 40, D = 3;

struct Readings {
  at::Tensor mean, x;
};

Readings some_readings() {
  math::TensorGenerator rng(7);
  const at::Tensor scale = at::tensor({0.1, 0.5, 2.0}, at::kDouble);
  return {rng.normal({N, D}, at::kDouble), rng.normal({N, D}, at::kDouble) * scale};
}

at::Tensor by_gaussian(const Readings& readings, const at::Tensor& var) {
  return math::log_prob({readings.mean, var.expand({N, D})}, readings.x);
}

ObservationNoise made(std::string_view text) {
  ObservationNoise noise(noise_model_from(text, "noise"), D);
  noise.to(at::kDouble);
  return noise;
}

TEST(ObservationNoise, AFixedDeviationIsThatOfTheGaussian) {
  const Readings readings = some_readings();
  for (const double std : {0.03, 1.0, 2.5}) {
    const ObservationNoise noise({.std = std}, D);
    const auto found = noise.likelihood(readings.mean, readings.x, {});
    EXPECT_TRUE(at::allclose(found.log_prob, by_gaussian(readings, at::tensor(std * std, at::kDouble)), 1e-12, 1e-12));
    EXPECT_FALSE(found.squared_error.defined());
  }
}

TEST(ObservationNoise, ALearnedVarianceIsTheOneThatMakesReadingsMostLikely) {
  const Readings readings = some_readings();
  for (const char* kind : {"learned", "learned-per-element"}) {
    ObservationNoise noise = made(kind);
    const at::Tensor everything = at::ones({N}, at::kBool);
    noise.learn(noise.likelihood(readings.mean, readings.x, {}).squared_error, everything, {});
    // Independent of the code: the gradient of the Gaussian's log density with respect to the variance is 0 there.
    const at::Tensor var = noise.var().clone().set_requires_grad(true);
    const at::Tensor log_density = by_gaussian(readings, var).sum();
    log_density.backward();
    EXPECT_LT(var.grad().abs().max().item<double>(), 1e-9 * N) << kind;
    EXPECT_NEAR(noise.likelihood(readings.mean, readings.x, {}).log_prob.sum().item<double>(),
                log_density.item<double>(), 1e-9)
        << kind;
  }
}

TEST(ObservationNoise, TheVarianceIsAConstantInTheLoss) {
  const Readings readings = some_readings();
  for (const char* kind : {"learned", "learned-per-element"}) {
    ObservationNoise noise = made(kind);
    noise.learn(noise.likelihood(readings.mean, readings.x, {}).squared_error, at::ones({N}), {});
    const auto loss = [&](const std::vector<at::Tensor>& in) {
      return noise.likelihood(in[0], readings.x, {}).log_prob.sum();
    };
    EXPECT_LT(gradient_error(loss, {readings.mean}), 1e-6) << kind;
  }
}

TEST(ObservationNoise, OnlyReadingsThatCountAreLearnedFrom) {
  const Readings readings = some_readings();
  ObservationNoise noise = made("learned");
  const at::Tensor error = noise.likelihood(readings.mean, readings.x, {}).squared_error;
  noise.learn(error, at::zeros({N}), {});
  EXPECT_EQ(noise.var().item<double>(), 1.0);
  at::Tensor counts = at::zeros({N}, at::kBool);
  counts.slice(0, 0, 5).fill_(true);
  noise.learn(error, counts, {});
  EXPECT_NEAR(noise.var().item<double>(), error.slice(0, 0, 5).mean().item<double>(), 1e-12);
}

TEST(ObservationNoise, IsThePlainMeanOfBatchesAtFirstAndThenForgets) {
  ObservationNoise noise = made("learned");
  const auto learn = [&](double error) { noise.learn(at::full({N}, error, at::kDouble), at::ones({N}), {}); };
  double sum = 0.0;
  for (int64_t batch = 1; batch <= 100; ++batch) {
    learn(0.01 * static_cast<double>(batch));
    sum += 0.01 * static_cast<double>(batch);
    EXPECT_NEAR(noise.var().item<double>(), sum / static_cast<double>(batch), 1e-12) << batch;
  }
  const double before = noise.var().item<double>();
  learn(5.0);
  EXPECT_NEAR(noise.var().item<double>(), before + (5.0 - before) / 100.0, 1e-12);
}

TEST(ObservationNoise, IsNeverZero) {
  ObservationNoise noise = made("learned-per-element");
  noise.learn(at::zeros({N, D}, at::kDouble), at::ones({N}), {});
  EXPECT_NEAR(noise.var().min().item<double>(), ObservationNoise::kSmallestVar, 1e-15);
}

TEST(ObservationNoise, IsThatOfAllProcesses) {
  // Two processes with 10 and 30 of the readings: as one with all of them.
  const Readings readings = some_readings();
  ObservationNoise whole = made("learned"), part = made("learned");
  const at::Tensor error = whole.likelihood(readings.mean, readings.x, {}).squared_error;
  whole.learn(error, at::ones({N}), {});
  const at::Tensor others = error.slice(0, 10);
  part.learn(error.slice(0, 0, 10), at::ones({10}), [&](at::Tensor& sums) {
    sums.add_(at::stack({others.sum(), at::full({}, 30.0, at::kDouble)})).div_(2.0);
  });
  EXPECT_NEAR(part.var().item<double>(), whole.var().item<double>(), 1e-12);
}

TEST(ObservationNoise, OfHiddenImagesOnlyTheVisiblePixelsSpeak) {
  math::TensorGenerator rng(2);
  const at::Tensor mean = rng.normal({3, 1, 2, 3}, at::kDouble), x = rng.normal({3, 1, 2, 3}, at::kDouble);
  at::Tensor visible = at::ones({3, 2, 3}, at::kBool);
  visible[1][0].fill_(false);
  visible[2].fill_(false);
  const ObservationNoise noise({.std = 0.5}, 6);
  const at::Tensor found = noise.likelihood(mean, x, visible).log_prob;
  const auto per_value = [&](int64_t n, int64_t row) {
    return math::log_prob({mean[n][0][row], at::full({3}, 0.25, at::kDouble)}, x[n][0][row]).item<double>();
  };
  EXPECT_NEAR(found[0].item<double>(), per_value(0, 0) + per_value(0, 1), 1e-12);
  EXPECT_NEAR(found[1].item<double>(), 2.0 * per_value(1, 1), 1e-12);
  EXPECT_EQ(found[2].item<double>(), 0.0);
}

TEST(ObservationNoise, TextsThatMeanNothingAreRefused) {
  for (const char* text : {"", "0", "-1", "inf", "nan", "1x", "learnt"}) {
    EXPECT_THAT([&] { noise_model_from(text, "objective.reward_noise"); },
                ThrowsMessage<ConfigError>(HasSubstr("objective.reward_noise is '" + std::string(text) + "'")))
        << text;
  }
  EXPECT_EQ(noise_model_from("0.03", "noise").std, 0.03);
}

}  // namespace
}  // namespace vrkn::model::observation_noise_test
