#include "vrkn/model/world_model.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/saved.h"
#include "tests/support/small_world_model.h"
#include "vrkn/core/error.h"
#include "vrkn/nn/adam.h"

namespace vrkn::model::world_model_test {
namespace {

std::shared_ptr<WorldModel> made(uint64_t seed = 1) {
  math::TensorGenerator rng(seed);
  return std::make_shared<WorldModel>(small_sensors(), 2, small_world_model(), rng);
}

data::Batch batch_with_gaps(uint64_t seed) {
  return random_batch(seed, {.B = 3, .T = 6, .images = 0.7, .states = 0.7});
}

double loss_of(WorldModel& model, const data::Batch& batch, uint64_t seed = 5) {
  math::TensorGenerator rng(seed);
  return model.compute_loss(batch, {rng, false}).loss.item<double>();
}

TEST(WorldModel, IsAFunctionOfItsSeed) {
  const data::Batch batch = batch_with_gaps(2);
  EXPECT_EQ(loss_of(*made(1), batch), loss_of(*made(1), batch));
  EXPECT_NE(loss_of(*made(1), batch), loss_of(*made(2), batch));
}

TEST(WorldModel, TakesAModelFromAFactory) {
  const WorldModelConfig config = small_world_model();
  const auto with = [&](const ModelFactory& factory) {
    math::TensorGenerator rng(1);
    return std::make_shared<WorldModel>(small_sensors(), 2, factory, config.networks, config.objective, rng);
  };
  const data::Batch batch = batch_with_gaps(2);
  EXPECT_EQ(loss_of(*with(model_factory(config.model)), batch), loss_of(*made(1), batch));

  // What the factory says beside the model counts, and it learns what there is to make it for.
  ModelFactory factory = model_factory(config.model);
  factory.initial_kl_weight = 3.0;
  EXPECT_NE(loss_of(*with(factory), batch), loss_of(*made(1), batch));
  std::vector<int64_t> embedding_sizes;
  factory.make = [&](const std::vector<int64_t>& sizes, int64_t action_size) {
    embedding_sizes = sizes;
    return make_model(config.model, sizes, action_size);
  };
  with(factory);
  ASSERT_EQ(embedding_sizes.size(), small_sensors().size());
  EXPECT_EQ(embedding_sizes[1], config.networks.vector_hidden);

  factory.make = [](const auto&...) { return nullptr; };
  EXPECT_THROW(with(factory), ConfigError);
  EXPECT_THROW(with({.feature_size = 8, .make = {}}), ConfigError);
  EXPECT_THROW(with({.feature_size = 0, .make = model_factory(config.model).make}), ConfigError);
}

TEST(WorldModel, TermsHaveOneValuePerStepAndInvalidReadingsCountNothing) {
  const auto model = made();
  data::Batch batch = batch_with_gaps(3);
  math::TensorGenerator rng(1);
  const auto pass = model->compute_loss(batch, {rng, true});
  EXPECT_EQ(pass.terms.kl.sizes(), (at::IntArrayRef{3, 6}));
  EXPECT_TRUE((pass.terms.kl >= 0).all().item<bool>());
  for (size_t s = 0; s < 2; ++s) {
    const at::Tensor missing = ~batch.observations[s].valid;
    EXPECT_EQ((pass.terms.sensor_log_probs[s] * missing).abs().max().item<float>(), 0.0f);
  }
  const double before = loss_of(*model, batch);
  batch.observations[0].values.masked_fill_(~batch.observations[0].valid.view({3, 6, 1, 1, 1}), 77);
  EXPECT_EQ(loss_of(*model, batch), before);
}

TEST(WorldModel, OnlyVisiblePixelsAreReconstructed) {
  const auto model = made();
  math::TensorGenerator weights(1);
  WorldModel masked(small_sensors(/*masked=*/true), 2, small_world_model(), weights);
  data::Batch batch = batch_with_gaps(3);
  math::TensorGenerator a(1);
  const at::Tensor all = model->compute_loss(batch, {a, false}).terms.sensor_log_probs[0];

  batch.observations[0].visible = at::ones({3, 6, 16, 16}, at::kBool);
  math::TensorGenerator b(1);
  EXPECT_TRUE(at::equal(masked.compute_loss(batch, {b, false}).terms.sensor_log_probs[0], all));

  batch.observations[0].visible.narrow(2, 0, 4).fill_(false);
  batch.observations[0].visible[1].fill_(false);
  math::TensorGenerator c(1);
  const auto pass = masked.compute_loss(batch, {c, false});
  const at::Tensor valid = batch.observations[0].valid;
  const at::Tensor some = pass.terms.sensor_log_probs[0];
  EXPECT_TRUE(at::equal(some == all, ~valid)) << "hidden pixels count nothing, a missing image counts 0 as before";
  EXPECT_EQ(some[1].abs().max().item<float>(), 0.0f) << "an image that shows nothing says nothing";
  pass.loss.backward();
  for (const auto& parameter : masked.named_parameters()) {
    EXPECT_TRUE(parameter.value().grad().isfinite().all().item<bool>()) << parameter.key();
  }
}

TEST(WorldModel, AMaskBelongsToAMaskedSensor) {
  data::Batch batch = batch_with_gaps(3);
  math::TensorGenerator rng(1);
  WorldModel masked(small_sensors(/*masked=*/true), 2, small_world_model(), rng);
  EXPECT_THROW(masked.compute_loss(batch, {rng, false}), ShapeError);
  batch.observations[0].visible = at::ones({3, 6, 16, 15}, at::kBool);
  EXPECT_THROW(masked.compute_loss(batch, {rng, false}), ShapeError);
  batch.observations[0].visible = at::ones({3, 6, 16, 16}, at::kBool);
  EXPECT_NO_THROW(masked.compute_loss(batch, {rng, false}));
  EXPECT_THROW(made()->compute_loss(batch, {rng, false}), ShapeError);
}

TEST(WorldModel, RewardsAloneNeedNoDecoderOfSensors) {
  WorldModelConfig config = small_world_model();
  config.objective.sensor_weight = 0.0;
  math::TensorGenerator weights(1);
  WorldModel model(small_sensors(), 2, config, weights);
  EXPECT_FALSE(model.reconstructs());
  // A decoder that ran would spoil the loss: nothing times 0 makes NaN finite.
  const auto is_decoder = [](const std::string& name) { return name.find("decoder") != std::string::npos; };
  for (auto& parameter : model.named_parameters()) {
    const at::NoGradGuard no_grad;
    if (is_decoder(parameter.key())) parameter.value().fill_(std::numeric_limits<float>::quiet_NaN());
  }
  math::TensorGenerator rng(5);
  const auto pass = model.compute_loss(batch_with_gaps(4), {rng, false});
  EXPECT_TRUE(pass.terms.sensor_log_probs.empty());
  EXPECT_TRUE(pass.loss.isfinite().item<bool>());
  pass.loss.backward();
  int decoders = 0;
  for (const auto& parameter : model.named_parameters()) {
    EXPECT_EQ(parameter.value().grad().defined(), !is_decoder(parameter.key())) << parameter.key();
    decoders += is_decoder(parameter.key()) ? 1 : 0;
  }
  EXPECT_GT(decoders, 0);
}

TEST(WorldModel, EveryWeightGetsAGradient) {
  const auto model = made();
  math::TensorGenerator rng(1);
  model->compute_loss(batch_with_gaps(4), {rng, true}).loss.backward();
  for (const auto& parameter : model->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().sum().item<float>(), 0.0f) << parameter.key();
  }
}

TEST(WorldModel, LearnsAFixedBatch) {
  const auto model = made();
  data::Batch batch = batch_with_gaps(6);
  math::TensorGenerator grey_levels(7);
  batch.observations[0].values.copy_(
      (grey_levels.uniform({3, 6, 1, 1, 1}) * 255).to(at::kByte).expand({3, 6, 3, 16, 16}));
  // The loss of a perfect fit: what unit-variance likelihoods of the valid values cost at least.
  const auto share = [&](size_t s) { return batch.observations[s].valid.to(at::kFloat).mean().item<double>(); };
  const double least = 0.5 * std::log(2.0 * std::numbers::pi) * (share(0) * 3 * 16 * 16 + share(1) * 3 + 10.0);
  nn::Adam adam(model->parameters(), {.learning_rate = 3e-3});
  const double before = loss_of(*model, batch) - least;
  for (uint64_t i = 0; i < 150; ++i) {
    math::TensorGenerator rng(i);
    adam.zero_gradients();
    model->compute_loss(batch, {rng, true}).loss.backward();
    adam.step();
  }
  const double after = loss_of(*model, batch) - least;
  EXPECT_GT(after, 0.0);
  EXPECT_LT(after, 0.5 * before);
}

WorldModelConfig learned_noise_config() {
  WorldModelConfig config = small_world_model();
  config.objective.sensor_noises = {"image=learned", "state=learned-per-element"};
  config.objective.reward_noise = "learned";
  return config;
}

TEST(WorldModel, LearnsTheNoiseOfValidReadings) {
  math::TensorGenerator weights(1);
  WorldModel model(small_sensors(), 2, learned_noise_config(), weights);
  const data::Batch batch = batch_with_gaps(3);
  math::TensorGenerator rng(1);
  const WorldModel::LossPass pass = model.compute_loss(batch, {rng, false});
  model.learn_noise(pass);

  // The same from the reconstructions, reading by reading; of the image less closely, for its normalisation is random.
  const at::NoGradGuard no_grad;
  const at::Tensor features = model.dynamics().features(pass.inference.belief).flatten(0, 1);
  const at::Tensor state = batch.observations[1].values.flatten(0, 1), valid = batch.observations[1].valid.flatten();
  const at::Tensor squared = (model.codec(1).decode(features) - state).square().index({valid});
  EXPECT_TRUE(at::allclose(model.sensor_var(1), squared.mean(0), 1e-5, 1e-6));
  const at::Tensor reward_error = model.predict_reward(features) - batch.rewards.flatten();
  EXPECT_NEAR(model.reward_var().item<double>(), reward_error.square().mean().item<double>(), 1e-6);
  EXPECT_EQ(model.sensor_var(0).dim(), 0);
  EXPECT_THROW(model.sensor_var(2), std::out_of_range);  // the reward's, which is no sensor's
  EXPECT_GT(model.sensor_var(0).item<double>(), 0.05);   // uniform grey levels have a variance of 1 / 12

  const auto named = model.learned_noise();
  ASSERT_EQ(named.size(), 3u);
  EXPECT_EQ(named[0].first, "image");
  EXPECT_EQ(named[2].first, "reward");
  EXPECT_NEAR(named[2].second.item<double>(), std::sqrt(model.reward_var().item<double>()), 1e-7);
}

TEST(WorldModel, TheLearnedNoiseIsPartOfWhatIsSaved) {
  const data::Batch batch = batch_with_gaps(3);
  math::TensorGenerator weights(1), rng(1);
  const auto learned = std::make_shared<WorldModel>(small_sensors(), 2, learned_noise_config(), weights);
  learned->learn_noise(learned->compute_loss(batch, {rng, false}));

  math::TensorGenerator others(2);
  const auto loaded = std::make_shared<WorldModel>(small_sensors(), 2, learned_noise_config(), others);
  torch::serialize::InputArchive in = saved(*learned);
  loaded->load(in);
  EXPECT_TRUE(at::equal(loaded->sensor_var(1), learned->sensor_var(1)));
  EXPECT_EQ(loss_of(*loaded, batch), loss_of(*learned, batch));
}

TEST(WorldModel, ASensorsOwnWeightTakesThePlaceOfTheCommonOne) {
  const data::Batch batch = batch_with_gaps(3);
  const auto terms = [&](const ObjectiveConfig& objective) {
    WorldModelConfig config = small_world_model();
    config.objective = objective;
    math::TensorGenerator weights(1), rng(5);
    WorldModel model(small_sensors(), 2, config, weights);
    return model.compute_loss(batch, {rng, false});
  };
  const WorldModel::LossPass unit = terms({}),
                             weighted = terms({.sensor_weight = 5.0, .sensor_weights = {"image=0.25"}});
  const at::Tensor more = 0.75 * unit.terms.sensor_log_probs[0].mean() - 4.0 * unit.terms.sensor_log_probs[1].mean();
  EXPECT_NEAR((weighted.loss - unit.loss).item<double>(), more.item<double>(), 1e-3);

  // Of both sensors weight 0: no decoder runs, as with a common weight of 0.
  EXPECT_TRUE(terms({.sensor_weights = {"image=0", "state=0"}}).terms.sensor_log_probs.empty());
}

TEST(WorldModel, RefusesTheWrongSensors) {
  const auto model = made();
  data::Batch batch = batch_with_gaps(7);
  batch.observations.pop_back();
  math::TensorGenerator rng(1);
  EXPECT_THROW(model->compute_loss(batch, {rng, true}), ShapeError);
  batch = batch_with_gaps(7);
  batch.observations[1].values = at::zeros({3, 6, 4});
  EXPECT_THROW(model->compute_loss(batch, {rng, true}), ShapeError);
}

TEST(WorldModel, ReconstructsInRawUnits) {
  const at::NoGradGuard no_grad;
  const auto model = made();
  const at::Tensor image = model->reconstruct(0, at::zeros({4, 8}));
  EXPECT_EQ(image.scalar_type(), at::kByte);
  EXPECT_EQ(image.sizes(), (at::IntArrayRef{4, 3, 16, 16}));
  EXPECT_EQ(model->predict_reward(at::zeros({4, 5, 8})).sizes(), (at::IntArrayRef{4, 5}));
}

}  // namespace
}  // namespace vrkn::model::world_model_test
