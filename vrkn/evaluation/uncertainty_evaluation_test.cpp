#include "vrkn/evaluation/uncertainty_evaluation.h"

#include <cmath>
#include <utility>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/core/error.h"

namespace vrkn::evaluation::uncertainty_evaluation_test {
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

Result evaluate(const model::ModelConfig& config, const data::Episode& played, model::ObjectiveConfig objective = {},
                const model::ForecastSelection& selection = {}) {
  const auto model = world_model(config, objective);
  model->set_statistics({{}, {at::tensor({1.0f, -1.0f}), at::tensor({3.0f, 3.0f})}});
  UncertaintyEvaluation evaluation(*model,
                                   {.horizon = kH, .counts = {.draws = 4, .samples = 3}, .selection = selection});
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
    EXPECT_EQ(account(1).latent_dim, 4);
    EXPECT_EQ(account(2).latent_dim, 0);
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

/// The mean over the starts 0 ... kL - 1 - last of what arrays say of a step ahead, where the target was heard.
double gap_mean(const Result& found, size_t column, size_t columns, size_t ahead, size_t last, bool of_error,
                size_t starts = kL) {
  const auto mean = found.arrays.values<float>("state_mean"), aleatoric = found.arrays.values<float>("state_aleatoric"),
             epistemic = found.arrays.values<float>("state_epistemic"),
             truth = found.arrays.values<float>("state_truth");
  const auto valid = found.arrays.flags("state_valid");
  double sum = 0.0, count = 0.0;
  for (size_t t = 0; t + last < kL && t < starts; ++t) {
    if (valid[t + ahead] == 0) continue;
    for (size_t i = 0; i < 2; ++i) {
      const size_t at = (t * columns + column) * 2 + i;
      const double error = truth[(t + ahead) * 2 + i] - mean[at];
      sum += (of_error ? error * error : aleatoric[at] + epistemic[at]) / 9.0;  // raw to network units
      count += 1.0;
    }
  }
  return sum / count;
}

TEST(UncertaintyEvaluation, GapsBeginWhereAllStepsAheadAreKnown) {
  const Result found = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, episode());
  ASSERT_EQ(found.quantities[1].gaps.all.size(), 1u);
  // From each of kL - kH = 5 steps; the early ones are all of them here, so a shorter horizon tells them apart below.
  const GapCurve& gap = found.quantities[1].gaps.all[0];
  for (size_t h = 1; h <= kH; ++h) {
    EXPECT_NEAR(gap.variance.at(h - 1), gap_mean(found, h - 1, kH, h, kH, false), 1e-6);
    EXPECT_NEAR(gap.squared_error.at(h - 1), gap_mean(found, h - 1, kH, h, kH, true), 1e-5);
  }
  EXPECT_EQ(found.quantities[0].gaps.all.size(), 1u);
  EXPECT_EQ(found.quantities[2].gaps.all.size(), 1u);
  const Result near = evaluate(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8}, episode(), {},
                               {.steps = std::vector<int64_t>{1, 2}});
  const GapCurve& early = near.quantities[1].gaps.early.at(0);
  static_assert(kEarlySteps == 5 && kL - 2 > kEarlySteps);
  for (size_t h = 1; h <= 2; ++h) {
    EXPECT_NEAR(early.variance.at(h - 1), gap_mean(near, h - 1, 2, h, 2, false, 5), 1e-6);
    EXPECT_NEAR(early.squared_error.at(h - 1), gap_mean(near, h - 1, 2, h, 2, true, 5), 1e-5);
  }
  EXPECT_NE(early.variance, near.quantities[1].gaps.all.at(0).variance);
}

TEST(UncertaintyEvaluation, TheLatentGapIsTheBeliefThatAFilterHasWithoutReadings) {
  const auto model = world_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  UncertaintyEvaluation evaluation(*model, {.horizon = kH, .counts = {.draws = 2, .samples = 2}});
  math::TensorGenerator rng(3);
  const data::Episode played = episode();
  evaluation.add(played, rng);
  ASSERT_EQ(evaluation.latent_gaps().all.size(), 1u);

  // The pictures' dither reaches the filtered means a little, and through them variances: hence the tolerance.
  const at::NoGradGuard no_grad;
  std::vector<double> expected(kH, 0.0);
  const model::Sampling map{rng, false};
  const model::SensorEmbeddings embeddings = model->encode(played.observations, rng);
  const auto at_step = [](const std::vector<Tensor>& all, int64_t t) {
    std::vector<Tensor> rows;
    for (const Tensor& tensor : all) rows.push_back(tensor.narrow(0, t, 1));
    return rows;
  };
  model::Belief belief = model->dynamics().initial(1, map);
  for (int64_t t = 0; t + kH < kL; ++t) {
    if (t > 0) belief = model->dynamics().predict(belief, played.actions.narrow(0, t, 1), map);
    belief = model->dynamics().update(belief, {at_step(embeddings.values, t), at_step(embeddings.valid, t)}, map);
    model::Belief unheard = belief;
    for (int64_t h = 1; h <= kH; ++h) {
      unheard = model->dynamics().predict(unheard, played.actions.narrow(0, t + h, 1), map);
      expected[static_cast<size_t>(h - 1)] += unheard.var.mean().item<double>() / static_cast<double>(kL - kH);
    }
  }
  for (size_t h = 0; h < kH; ++h) EXPECT_NEAR(evaluation.latent_gaps().all[0].variance.at(h) / expected[h], 1.0, 1e-3);
}

TEST(UncertaintyEvaluation, WhatIsChosenIsAsItIsAmongAll) {
  const model::ModelConfig config = model::VrknConfig{.latent_dim = 4, .hidden_dim = 8};
  const Result all = evaluate(config, episode());
  const Result some = evaluate(
      config, episode(), {}, {.sensors = std::vector<size_t>{1}, .steps = std::vector<int64_t>{1, 3}, .reward = false});
  ASSERT_EQ(some.quantities.size(), 1u);
  EXPECT_EQ(some.quantities[0].name, "state");
  ASSERT_EQ(some.quantities[0].horizons.size(), 2u);
  for (const size_t i : {0, 1}) {
    const HorizonAccount& account = some.quantities[0].horizons[i];
    const HorizonAccount& among_all = all.quantities[1].horizons[2 * i];
    EXPECT_EQ(account.steps_ahead, among_all.steps_ahead);
    EXPECT_EQ(account.calibration.count(), among_all.calibration.count());
    EXPECT_EQ(account.calibration.squared_error(), among_all.calibration.squared_error());
    EXPECT_EQ(account.epistemic.value(), among_all.epistemic.value());
    EXPECT_EQ(account.innovation.value(), among_all.innovation.value());
  }
  EXPECT_EQ(some.arrays.values<int64_t>("steps_ahead"), (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(all.arrays.values<int64_t>("steps_ahead"), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(some.arrays.at("state_mean").shape, (std::vector<int64_t>{kL, 2, 2}));
  for (const char* absent : {"image_squared_error", "image_valid", "reward_mean"}) {
    EXPECT_FALSE(some.arrays.contains(absent)) << absent;
  }
  EXPECT_NEAR(some.quantities[0].gaps.all.at(0).squared_error.at(1), gap_mean(some, 1, 2, 3, 3, true), 1e-5);
}

TEST(UncertaintyEvaluation, OnTheSameEpisodesItsOwnRecalibrationIsRight) {
  const auto model = world_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  ForecastOptions options{.horizon = 2,
                          .counts = {.draws = 2, .samples = 2},
                          .selection = {.sensors = std::vector<size_t>{0}, .reward = false}};
  const auto evaluated = [&] {
    UncertaintyEvaluation evaluation(*model, options);
    math::TensorGenerator rng(3);
    evaluation.add(episode(), rng);
    return evaluation;
  };
  const UncertaintyEvaluation before = evaluated();
  options.recalibrations = before.fit_recalibrations();
  ASSERT_EQ(options.recalibrations->size(), 1u);
  EXPECT_EQ(options.recalibrations->at("image").size(), 2u);
  const UncertaintyEvaluation after = evaluated();
  for (size_t h = 0; h < 2; ++h) {
    const math::Calibration& raw = before.quantities()[0].horizons[h].calibration;
    const math::Calibration& found = after.quantities()[0].horizons[h].calibration;
    EXPECT_GT(std::abs(raw.coverage(10) - 0.5), 0.02);
    for (size_t edge = 1; edge < math::Calibration::kBins; ++edge) {
      EXPECT_NEAR(found.coverage(edge), 0.05 * static_cast<double>(edge), 0.005);  // of 1920 pixels and more
    }
    EXPECT_NEAR(found.normalised_squared_error(), 1.0, 1e-9);
    EXPECT_EQ(found.squared_error(), raw.squared_error());
  }
  options.selection.reward = true;
  EXPECT_THROW(UncertaintyEvaluation(*model, options), ConfigError);
  options.selection = {.sensors = std::vector<size_t>{0}, .steps = std::vector<int64_t>{3}, .reward = false};
  options.horizon = 3;
  EXPECT_THROW(UncertaintyEvaluation(*model, options), ConfigError);
  UncertaintyEvaluation few(*model, {.horizon = 1, .counts = {.draws = 2, .samples = 2}});
  math::TensorGenerator rng(3);
  few.add(episode(), rng);
  EXPECT_THROW(few.fit_recalibrations(), DataError);  // of 12 states
}

TEST(UncertaintyEvaluation, RefusesOptionsOutOfRange) {
  const auto model = world_model(model::VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  EXPECT_THROW(UncertaintyEvaluation(*model, {.horizon = 0}), ConfigError);
  EXPECT_THROW(UncertaintyEvaluation(*model, {.counts = {.draws = 1}}), ConfigError);
  EXPECT_THROW(UncertaintyEvaluation(*model, {.counts = {.samples = 1}}), ConfigError);
  EXPECT_THROW(UncertaintyEvaluation(*model, {.selection = {.sensors = std::vector<size_t>{2}}}), ConfigError);
  for (const std::vector<int64_t>& steps : {std::vector<int64_t>{}, {0}, {11}, {2, 1}}) {
    EXPECT_THROW(UncertaintyEvaluation(*model, {.selection = {.steps = steps}}), ConfigError);
  }
}

}  // namespace
}  // namespace vrkn::evaluation::uncertainty_evaluation_test
