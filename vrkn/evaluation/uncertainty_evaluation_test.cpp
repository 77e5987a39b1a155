#include "vrkn/evaluation/uncertainty_evaluation.h"

#include <cmath>
#include <utility>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/core/error.h"

namespace vrkn::evaluation {
namespace {

using at::Tensor;

constexpr int64_t kL = 8, kH = 3;

const std::vector<env::SensorSpec> kSensors{{"image", env::SensorKind::kImage, {3, 16, 16}, /*masked=*/true},
                                            {"state", env::SensorKind::kVector, {2}}};

std::shared_ptr<model::WorldModel> world_model(const model::ModelConfig& model, model::ObjectiveConfig objective = {}) {
  math::TensorGenerator rng(1);
  model::WorldModelConfig config{
      .model = model,
      .networks = {.image_depth = 1, .vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1}};
  config.objective = std::move(objective);
  return std::make_shared<model::WorldModel>(kSensors, 1, config, rng);
}

/// The state is missing at step 4, the image at step 5; the image's upper half is always hidden.
data::Episode episode() {
  math::TensorGenerator rng(2);
  Tensor state_valid = at::ones({kL}, at::kBool), image_valid = state_valid.clone();
  state_valid[4] = false;
  image_valid[5] = false;
  Tensor visible = at::ones({kL, 16, 16}, at::kBool);
  visible.narrow(1, 0, 8).fill_(false);
  visible[5].fill_(false);
  return {.observations = {{(rng.uniform({kL, 3, 16, 16}) * 255).to(at::kByte), image_valid, visible},
                           {rng.normal({kL, 2}) * 3.0, state_valid}},
          .actions = rng.uniform({kL, 1}),
          .rewards = rng.uniform({kL}),
          .discounts = at::ones({kL})};
}

struct Result {
  std::vector<QuantityAccount> quantities;
  data::Npz arrays;
};

Result evaluate(const model::ModelConfig& config, const data::Episode& played, model::ObjectiveConfig objective = {}) {
  const auto model = world_model(config, objective);
  model->set_statistics({{}, {at::tensor({1.0f, -1.0f}), at::tensor({3.0f, 3.0f})}});
  UncertaintyEvaluation evaluation(*model, {.horizon = kH, .counts = {.draws = 4, .samples = 3}});
  math::TensorGenerator rng(3);
  data::Npz arrays{"memory", evaluation.add(played, rng)};
  return {evaluation.quantities(), std::move(arrays)};
}

TEST(UncertaintyEvaluation, CountsWhatWasHeardAndNothingBeyondTheEnd) {
  const Result found = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, episode());
  ASSERT_EQ(found.quantities.size(), 3u);
  for (int64_t h = 1; h <= kH; ++h) {
    const auto account = [&](size_t i) { return found.quantities[i].horizons.at(static_cast<size_t>(h - 1)); };
    const int64_t pairs = kL - h;
    EXPECT_EQ(account(0).calibration.count(), (pairs - 1) * 3 * 8 * 16);
    EXPECT_EQ(account(1).calibration.count(), (pairs - 1) * 2);
    EXPECT_EQ(account(2).calibration.count(), pairs);
    EXPECT_EQ(account(0).innovation.count(), pairs - 1);
    EXPECT_EQ(account(1).innovation.count(), pairs - 1);
    EXPECT_EQ(account(2).innovation.count(), 0);
    for (size_t i = 0; i < 3; ++i) EXPECT_GT(account(i).aleatoric.value(), 0.0);
  }
}

TEST(UncertaintyEvaluation, ArraysAndAccountTellTheSame) {
  const data::Episode played = episode();
  // Weight 4 in the bound is variance 1/4 in network units, whose deviation is 3 raw units.
  const Result found = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, played, {.sensor_weight = 4.0});
  const auto mean = found.arrays.values<float>("state_mean"), aleatoric = found.arrays.values<float>("state_aleatoric"),
             epistemic = found.arrays.values<float>("state_epistemic"),
             truth = found.arrays.values<float>("state_truth"), noise = found.arrays.values<float>("state_noise");
  const auto valid = found.arrays.flags("state_valid");
  EXPECT_EQ(found.arrays.at("state_mean").shape, (std::vector<int64_t>{kL, kH, 2}));
  EXPECT_EQ(noise, (std::vector<float>{2.25f, 2.25f}));
  for (size_t h = 1; h <= kH; ++h) {
    double squared = 0.0, normalised = 0.0, aleatoric_sum = 0.0, count = 0.0;
    for (size_t t = 0; t < kL; ++t) {
      for (size_t i = 0; i < 2; ++i) {
        const size_t at = (t * kH + h - 1) * 2 + i;
        ASSERT_EQ(std::isnan(mean[at]), t + h >= kL);
        ASSERT_EQ(std::isnan(aleatoric[at]), t + h >= kL);
        if (t + h >= kL || valid[t + h] == 0) continue;
        const double error = truth[(t + h) * 2 + i] - mean[at];
        squared += error * error / 9.0;  // raw to network units
        normalised += error * error / (aleatoric[at] + epistemic[at] + noise[i]);
        aleatoric_sum += aleatoric[at] / 9.0;
        count += 1.0;
      }
    }
    const HorizonAccount& account = found.quantities[1].horizons[h - 1];
    EXPECT_NEAR(account.calibration.squared_error(), squared / count, 1e-5);
    EXPECT_NEAR(account.calibration.normalised_squared_error(), normalised / count, 1e-5);
    EXPECT_NEAR(account.aleatoric.value(), aleatoric_sum / count, 1e-6);
  }
  // Pictures are one number each, NaN where none was seen.
  const auto error = found.arrays.values<float>("image_squared_error");
  EXPECT_EQ(found.arrays.at("image_squared_error").shape, (std::vector<int64_t>{kL, kH}));
  double seen = 0.0;
  for (size_t t = 0; t + 1 < kL; ++t) {
    EXPECT_EQ(std::isnan(error[t * kH]), t + 1 == 5);
    if (t + 1 != 5) seen += error[t * kH] / (kL - 2);
  }
  EXPECT_NEAR(found.quantities[0].horizons[0].calibration.squared_error(), seen, 1e-5);
}

TEST(UncertaintyEvaluation, ServesEveryKindOfModel) {
  for (const model::ModelConfig& config : small_models()) {
    SCOPED_TRACE(kind_of(config));
    const bool has_dropout = std::visit([](const auto& c) { return c.dropout > 0.0; }, config);
    const bool filters = kind_of(config).starts_with("vrkn");
    const Result found = evaluate(config, episode());
    EXPECT_EQ(found.quantities[1].horizons[1].epistemic.value() > 0.0, has_dropout);
    EXPECT_EQ(found.quantities[1].horizons[1].innovation.count() > 0, filters);
    EXPECT_EQ(found.arrays.contains("state_innovation"), filters);
  }
}

TEST(UncertaintyEvaluation, RewardsAloneWhereNoSensorIsReconstructed) {
  const Result found = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, episode(), {.sensor_weight = 0.0});
  EXPECT_EQ(found.quantities[1].horizons[0].calibration.count(), 0);
  EXPECT_GT(found.quantities[1].horizons[0].innovation.count(), 0);
  EXPECT_EQ(found.quantities[2].horizons[0].calibration.count(), kL - 1);
  EXPECT_FALSE(found.arrays.contains("state_mean"));
  EXPECT_TRUE(found.arrays.contains("reward_mean"));
}

TEST(UncertaintyEvaluation, SensorsAloneWhereNoRewardIsLearned) {
  const Result found = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, episode(), {.reward_weight = 0.0});
  EXPECT_GT(found.quantities[1].horizons[0].calibration.count(), 0);
  EXPECT_EQ(found.quantities[2].horizons[0].calibration.count(), 0);
  EXPECT_FALSE(found.arrays.contains("reward_mean"));
}

TEST(UncertaintyEvaluation, AnEpisodeShorterThanTheHorizonHasWhatItHas) {
  data::Episode played = episode();
  for (data::Readings& readings : played.observations) {
    readings = data::map([](const Tensor& tensor) { return tensor.narrow(0, 0, 2); }, readings);
  }
  for (Tensor* part : {&played.actions, &played.rewards, &played.discounts}) *part = part->narrow(0, 0, 2);
  const Result found = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, played);
  EXPECT_EQ(found.quantities[2].horizons[0].calibration.count(), 1);
  EXPECT_EQ(found.quantities[2].horizons[1].calibration.count(), 0);
  EXPECT_EQ(found.arrays.at("reward_mean").shape, (std::vector<int64_t>{2, kH}));
}

TEST(UncertaintyEvaluation, RefusesOptionsOutOfRange) {
  const auto model = world_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  EXPECT_THROW(UncertaintyEvaluation(*model, {.horizon = 0}), ConfigError);
  EXPECT_THROW(UncertaintyEvaluation(*model, {.counts = {.draws = 1}}), ConfigError);
  EXPECT_THROW(UncertaintyEvaluation(*model, {.counts = {.samples = 1}}), ConfigError);
}

}  // namespace
}  // namespace vrkn::evaluation
