#include "vrkn/evaluation/variance_comparison.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/core/error.h"
#include "vrkn/evaluation/filtered_episode.h"

namespace vrkn::evaluation::variance_comparison_test {
namespace {

using at::Tensor;

constexpr int64_t kL = 24;

const std::vector<env::SensorSpec> kSensors{{"state", env::SensorKind::kVector, {2}}};

std::shared_ptr<model::WorldModel> world_model(const model::ModelConfig& model, model::ObjectiveConfig objective = {}) {
  math::TensorGenerator rng(1);
  model::WorldModelConfig config{
      .model = model, .networks = {.vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1}};
  config.objective = std::move(objective);
  auto made = std::make_shared<model::WorldModel>(kSensors, 1, config, rng);
  made->set_statistics({{at::tensor({1.0f, -1.0f}), at::tensor({3.0f, 0.5f})}});
  return made;
}

data::Episode episode() {
  math::TensorGenerator rng(2);
  return {.observations = {{rng.normal({kL, 2}) * 3.0, at::ones({kL}, at::kBool)}},
          .actions = rng.uniform({kL, 1}),
          .rewards = rng.uniform({kL}),
          .discounts = at::ones({kL})};
}

const BranchOptions kOptions{.steps_ahead = {1, 3}, .states = 4, .futures = 4000};

/// Futures as if the world were the model: all outcomes that it holds for possible.
TrueFutures futures_of(model::WorldModel& model, const data::Episode& played) {
  const at::NoGradGuard no_grad;
  math::TensorGenerator rng(7);
  const auto embeddings = model.encode(played.observations, rng);
  const model::Belief posteriors = filter_episode(model.dynamics(), embeddings, played.actions, rng);
  const Tensor windows = action_windows(played.actions, 3);
  TrueFutures truth{.from = {10, 12, 15, 20}, .sensors = {}, .reward = {}, .reading_noise = {0.25}};
  std::vector<std::vector<Tensor>> state_mean(2), state_var(2), reward_mean(2), reward_var(2);
  for (const int64_t t : truth.from) {
    const auto futures =
        model::sample_futures(model.dynamics(), model::rows(posteriors, t, 1), windows.narrow(0, t, 1), {2000, 2}, rng);
    for (size_t i = 0; i < 2; ++i) {
      const Tensor rows = futures[static_cast<size_t>(kOptions.steps_ahead[i] - 1)].flatten(0, 2);
      const auto [var, mean] =
          at::var_mean(model.reconstruct(0, rows).to(at::kDouble), at::IntArrayRef{0}, /*correction=*/1);
      const auto [var_r, mean_r] =
          at::var_mean(model.predict_reward(rows).to(at::kDouble), at::IntArrayRef{0}, /*correction=*/1);
      state_mean[i].push_back(mean), state_var[i].push_back(var);
      reward_mean[i].push_back(mean_r), reward_var[i].push_back(var_r);
    }
  }
  const auto join = [](const std::vector<std::vector<Tensor>>& by_step) {
    return at::stack({at::stack(by_step[0]), at::stack(by_step[1])}, 1);
  };
  truth.sensors = {{join(state_mean), join(state_var)}};
  truth.reward = {join(reward_mean), join(reward_var)};
  return truth;
}

TEST(VarianceComparison, FindsAModelsOwnVariancesAndNoErrorInItsOwnWorld) {
  for (const model::ModelConfig& config : small_models()) {
    SCOPED_TRACE(kind_of(config));
    const bool has_dropout = std::visit([](const auto& c) { return c.dropout > 0.0; }, config);
    const auto model = world_model(config);
    const data::Episode played = episode();
    VarianceComparison comparison(*model, kOptions, {.outcomes = {60, 6}, .ways = 4},
                                  scatter_of({&played, 1}, kSensors));
    math::TensorGenerator rng(3);
    comparison.add(played, futures_of(*model, played), rng);
    ASSERT_EQ(comparison.quantities().size(), 2u);
    EXPECT_EQ(comparison.quantities()[0].name, "state");
    EXPECT_EQ(comparison.quantities()[1].name, "reward");
    for (const VarianceQuantity& quantity : comparison.quantities()) {
      for (const VarianceHorizon& horizon : quantity.horizons) {
        SCOPED_TRACE(quantity.name + " " + std::to_string(horizon.steps_ahead));
        const VarianceShares& found = horizon.episodes.at(0);
        EXPECT_GT(found.truth, 0.0);
        EXPECT_GT(found.transition, 0.0);
        EXPECT_NEAR(found.transition + found.state + found.epistemic, found.truth, 0.2 * found.truth);
        EXPECT_NEAR(found.error, 0.0, 0.05 * found.truth);
        if (!has_dropout) {
          EXPECT_EQ(found.epistemic, 0.0);
        } else {
          EXPECT_GT(found.epistemic, 0.0);
        }
        EXPECT_EQ(horizon.truth_by_state.size(), 4u);
      }
    }
  }
}

TEST(VarianceComparison, SharesAreInUnitsOfTheScatter) {
  const auto model = world_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  const data::Episode played = episode();
  Scatter scatter = scatter_of({&played, 1}, kSensors);
  const Tensor& values = played.observations[0].values;
  EXPECT_TRUE(at::allclose(scatter.sensors[0], values.to(at::kDouble).var(0, /*unbiased=*/false)));
  TrueFutures truth = futures_of(*model, played);
  // An error of the size of the scatter is a share of 1; an element that does not scatter does not count.
  const double before = [&] {
    VarianceComparison comparison(*model, kOptions, {.outcomes = {60, 6}, .ways = 4}, scatter);
    math::TensorGenerator rng(3);
    comparison.add(played, truth, rng);
    return comparison.quantities()[0].horizons[0].episodes[0].error;
  }();
  truth.sensors[0].mean.select(2, 0).add_(std::sqrt(scatter.sensors[0][0].item<double>()));
  scatter.sensors[0] = scatter.sensors[0].clone();
  scatter.sensors[0][1] = 0.0;
  VarianceComparison comparison(*model, kOptions, {.outcomes = {60, 6}, .ways = 4}, scatter);
  math::TensorGenerator rng(3);
  comparison.add(played, truth, rng);
  const VarianceShares& found = comparison.quantities()[0].horizons[0].episodes[0];
  EXPECT_NEAR(found.error, 1.0, 0.1) << before;
  const double std0 = 3.0;  // of the network's unit; the likelihood has variance 1 in it
  EXPECT_NEAR(found.reading, 0.25 / scatter.sensors[0][0].item<double>(), 1e-9);
  EXPECT_NEAR(found.noise, std0 * std0 / scatter.sensors[0][0].item<double>(), 1e-6);
}

TEST(VarianceComparison, LeavesOutWhatIsNotLearned) {
  const auto model = world_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, {.sensor_weight = 0.0});
  const data::Episode played = episode();
  const Scatter scatter = scatter_of({&played, 1}, kSensors);
  const VarianceComparison comparison(*model, kOptions, {}, scatter);
  ASSERT_EQ(comparison.quantities().size(), 1u);
  EXPECT_EQ(comparison.quantities()[0].name, "reward");
  EXPECT_THROW(VarianceComparison(*model, kOptions, {.ways = 1}, scatter), ConfigError);
}

}  // namespace
}  // namespace vrkn::evaluation::variance_comparison_test
