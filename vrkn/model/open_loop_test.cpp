#include "vrkn/model/open_loop.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "tests/support/small_world_model.h"
#include "vrkn/core/error.h"

namespace vrkn::model::open_loop_test {
namespace {

constexpr int64_t kB = 2, kT = 6, kContext = 3;

std::shared_ptr<WorldModel> world_model(const ModelConfig& model, double sensor_weight = 1.0) {
  math::TensorGenerator rng(1);
  const WorldModelConfig config{
      .model = model,
      .networks = {.image_depth = 2, .vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1},
      .objective = {.sensor_weight = sensor_weight}};
  return std::make_shared<WorldModel>(small_sensors(), 2, config, rng);
}

data::Batch batch_with_gaps() {
  return random_batch(2, {.B = kB, .T = kT, .images = 0.7, .states = 0.7});
}

OpenLoop predict(WorldModel& model, const data::Batch& batch, int64_t context, int64_t samples, bool dropout = true) {
  math::TensorGenerator rng(3);
  return open_loop(model, batch, context, samples, {rng, dropout});
}

bool all_equal(const OpenLoop& one, const OpenLoop& other) {
  bool equal = one.reward.mean.equal(other.reward.mean) && one.reward.std.equal(other.reward.std);
  for (size_t s = 0; s < one.sensors.size(); ++s) {
    equal = equal && one.sensors[s].mean.equal(other.sensors[s].mean) && one.sensors[s].std.equal(other.sensors[s].std);
  }
  return equal;
}

TEST(OpenLoop, EqualsUpdatesAndPredictionsByHand) {
  constexpr int64_t kSamples = 3;
  const at::NoGradGuard no_grad;
  const data::Batch batch = batch_with_gaps();
  for (const ModelConfig& config : small_models()) {
    const auto model = world_model(config);
    const OpenLoop found = predict(*model, batch, kContext, kSamples);
    ASSERT_EQ(found.sensors[0].mean.sizes(), (at::IntArrayRef{kB, kT, 3, 16, 16}));

    math::TensorGenerator rng(3);
    data::Observations seen;
    for (const data::Readings& readings : batch.observations) {
      seen.push_back({readings.values.slice(1, 0, kContext), readings.valid.slice(1, 0, kContext)});
    }
    const SensorEmbeddings embeddings = model->encode(seen, rng);
    StateSpaceModel& dynamics = model->dynamics();
    Belief belief = dynamics.initial(kB * kSamples, {rng, true});
    for (int64_t t = 0; t < kT; ++t) {
      // Row b * kSamples + n is sample n of sequence b.
      const at::Tensor rows = at::tensor({0, 0, 0, 1, 1, 1});
      if (t > 0) belief = dynamics.predict(belief, batch.actions.index_select(0, rows).select(1, t), {rng, true});
      if (t < kContext) {
        SensorEmbeddings now;
        for (size_t s = 0; s < 2; ++s) {
          now.values.push_back(embeddings.values[s].index_select(0, rows).select(1, t));
          now.valid.push_back(embeddings.valid[s].index_select(0, rows).select(1, t));
        }
        belief = dynamics.update(belief, now, {rng, true});
      }
      const at::Tensor features = dynamics.features(belief);
      for (size_t s = 0; s < 2; ++s) {
        const at::Tensor samples = model->reconstruct(s, features).to(at::kFloat);
        for (int64_t b = 0; b < kB; ++b) {
          const at::Tensor own = samples.slice(0, b * kSamples, (b + 1) * kSamples);
          EXPECT_TRUE(own.mean(0).allclose(found.sensors[s].mean[b][t], 1e-5, 1e-5))
              << kind_of(config) << " step " << t;
          EXPECT_TRUE(own.std(0).allclose(found.sensors[s].std[b][t], 1e-4, 1e-4)) << kind_of(config) << " step " << t;
        }
      }
      const at::Tensor rewards = model->predict_reward(features).view({kB, kSamples});
      EXPECT_TRUE(rewards.mean(1).allclose(found.reward.mean.select(1, t), 1e-5, 1e-6)) << kind_of(config);
    }
    EXPECT_GT(found.reward.std.max().item<float>(), 0.0f);
  }
}

TEST(OpenLoop, SeesTheContextAndNothingLater) {
  const auto model = world_model(small_models().front());
  const data::Batch batch = batch_with_gaps();
  const OpenLoop expected = predict(*model, batch, kContext, 2);
  data::Batch later = batch_with_gaps(), earlier = batch_with_gaps(), acted = batch_with_gaps();
  later.observations[1].values.slice(1, kContext) += 5.0;
  later.observations[1].valid.slice(1, kContext).fill_(true);
  later.rewards += 1.0;
  EXPECT_TRUE(all_equal(predict(*model, later, kContext, 2), expected));
  earlier.observations[1].valid.slice(1, 0, kContext).fill_(true);
  earlier.observations[1].values.slice(1, 0, kContext) += 5.0;
  EXPECT_FALSE(all_equal(predict(*model, earlier, kContext, 2), expected));
  acted.actions.slice(1, kContext) += 1.0;
  EXPECT_FALSE(all_equal(predict(*model, acted, kContext, 2), expected));
}

TEST(OpenLoop, WithTheWholeSequenceAsContextNothingIsImagined) {
  const auto model = world_model(small_models().front());
  const data::Batch batch = batch_with_gaps();
  const OpenLoop filtered = predict(*model, batch, kT, 1);
  // One sample: what WorldModel::reconstruct makes of the posterior's features, and no deviation.
  math::TensorGenerator rng(3);
  const at::NoGradGuard no_grad;
  const SensorEmbeddings embeddings = model->encode(batch.observations, rng);
  Belief belief = model->dynamics().initial(kB, {rng, true});
  for (int64_t t = 0; t < kT; ++t) {
    if (t > 0) belief = model->dynamics().predict(belief, batch.actions.select(1, t), {rng, true});
    const SensorEmbeddings now{{embeddings.values[0].select(1, t), embeddings.values[1].select(1, t)},
                               {embeddings.valid[0].select(1, t), embeddings.valid[1].select(1, t)}};
    belief = model->dynamics().update(belief, now, {rng, true});
    const at::Tensor image = model->reconstruct(0, model->dynamics().features(belief));
    EXPECT_TRUE(filtered.sensors[0].mean.select(1, t).equal(image.to(at::kFloat)));
  }
  EXPECT_EQ(filtered.sensors[0].std.abs().max().item<float>(), 0.0f);
}

TEST(OpenLoop, AModelOfRewardsAlonePredictsRewardsAlone) {
  const OpenLoop found = predict(*world_model(small_models().front(), 0.0), batch_with_gaps(), kContext, 2);
  EXPECT_TRUE(found.sensors.empty());
  EXPECT_EQ(found.reward.mean.sizes(), (at::IntArrayRef{kB, kT}));
}

TEST(OpenLoop, RefusesAContextOutsideTheSequence) {
  const auto model = world_model(small_models().front());
  EXPECT_THROW(predict(*model, batch_with_gaps(), 0, 1), ShapeError);
  EXPECT_THROW(predict(*model, batch_with_gaps(), kT + 1, 1), ShapeError);
  EXPECT_THROW(predict(*model, batch_with_gaps(), kT, 0), ShapeError);
}

TEST(OpenLoop, WhatIsChosenIsAsItIsAmongAll) {
  const auto model = world_model(small_models()[0]);
  const data::Batch batch = batch_with_gaps();
  const OpenLoop all = predict(*model, batch, kContext, 2);
  math::TensorGenerator rng(3);
  const OpenLoop some = open_loop(*model, batch, kContext, 2, {rng, true}, std::vector<size_t>{1});
  EXPECT_FALSE(some.sensors.at(0).defined());
  EXPECT_TRUE(some.sensors.at(1).mean.equal(all.sensors[1].mean));
  EXPECT_TRUE(some.sensors.at(1).std.equal(all.sensors[1].std));
  EXPECT_TRUE(some.reward.mean.equal(all.reward.mean));
  EXPECT_THROW(open_loop(*model, batch, kContext, 2, {rng, true}, std::vector<size_t>{2}), ConfigError);
}

}  // namespace
}  // namespace vrkn::model::open_loop_test
