#include "vrkn/evaluation/prediction_error.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/episode_with_gaps.h"
#include "tests/support/small_models.h"
#include "vrkn/core/error.h"

namespace vrkn::evaluation::prediction_error_test {
namespace {

using at::Tensor;

constexpr int64_t kL = 9;

TEST(PredictionError, IsThatOfASlowLoopForEveryKindOfModel) {
  model::ObjectiveConfig objective;
  objective.sensor_noise = "0.5";
  for (const model::ModelConfig& config : small_models()) {
    SCOPED_TRACE(kind_of(config));
    const auto model = two_sensor_model(config, objective);
    const data::Episode played = episode_with_gaps(kL);
    math::TensorGenerator rng(3), other(4);
    const std::vector<double> found = prediction_errors(*model, played, rng);
    ASSERT_EQ(found.size(), static_cast<size_t>(kL - 1));
    const at::NoGradGuard no_grad;
    const model::Sampling map{other, /*dropout=*/false};
    model::Belief belief = model->dynamics().initial(1, map);
    for (int64_t t = 0; t < kL; ++t) {
      belief.sample = belief.mean;
      data::Observations step;
      for (const data::Readings& readings : played.observations) {
        step.push_back(data::map([&](const Tensor& tensor) { return tensor.narrow(0, t, 1); }, readings));
      }
      if (t > 0) {
        const Tensor features = model->dynamics().features(belief);
        double sum = 0.0, count = 0.0;
        for (size_t s = 0; s < kTwoSensors.size(); ++s) {
          if (!step[s].valid.item<bool>()) continue;
          const Tensor difference = step[s].values - model->reconstruct(s, features);
          sum += difference.square().sum().item<double>() / 0.25;
          count += static_cast<double>(difference.numel());
        }
        if (count == 0.0) {
          EXPECT_TRUE(std::isnan(found[static_cast<size_t>(t - 1)]));
        } else {
          EXPECT_NEAR(found[static_cast<size_t>(t - 1)], sum / count, 1e-3 * sum / count) << t;
        }
      }
      if (t + 1 == kL) break;
      model::Belief posterior = model->dynamics().update(belief, model->encode(step, other), map);
      posterior.sample = posterior.mean;
      belief = model->dynamics().predict(posterior, played.actions.narrow(0, t + 1, 1), map);
    }
  }
}

TEST(PredictionError, DrawsNothing) {
  const auto model = two_sensor_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 7, .dropout = 0.4});
  math::TensorGenerator first(1), second(2);
  const std::vector<double> one = prediction_errors(*model, episode_with_gaps(kL), first),
                            other = prediction_errors(*model, episode_with_gaps(kL), second);
  for (size_t t = 0; t < one.size(); ++t) EXPECT_TRUE(one[t] == other[t] || std::isnan(one[t])) << t;
}

TEST(PredictionError, LeavesASensorThatWeighsNothingAside) {
  model::ObjectiveConfig objective;
  objective.sensor_weights = {"position=0"};
  const auto model = two_sensor_model(model::RssmConfig{}, objective);
  math::TensorGenerator rng(3);
  data::Episode played = episode_with_gaps(kL);
  const auto last_error = [&](model::WorldModel& of) { return prediction_errors(of, played, rng).back(); };
  const auto both = two_sensor_model(model::RssmConfig{});
  const double before = last_error(*model), with_position = last_error(*both);
  played.observations[1].values[kL - 1] += 100.0;
  EXPECT_EQ(last_error(*model), before);
  EXPECT_GT(last_error(*both), with_position + 100.0);
  model::ObjectiveConfig none;
  none.sensor_weight = 0.0;
  EXPECT_THROW(prediction_errors(*two_sensor_model(model::RssmConfig{}, none), played, rng), ConfigError);
}

}  // namespace
}  // namespace vrkn::evaluation::prediction_error_test
