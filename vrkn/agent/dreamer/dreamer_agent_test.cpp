#include "vrkn/agent/dreamer/dreamer_agent.h"

#include <sstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"

namespace vrkn::agent::dreamer_agent_test {
namespace {

using at::Tensor;

const env::EnvironmentSpec kEnvironment{
    .name = "test",
    .sensors = {{"image", env::SensorKind::kImage, {3, 16, 16}}, {"state", env::SensorKind::kVector, {3}}},
    .action_size = 2,
    .step_limit = 10};

const DreamerConfig kDreamer{
    .horizon = 4, .actor_hidden = 16, .actor_layers = 1, .value_hidden = 16, .value_layers = 1};

std::unique_ptr<Agent> small_agent(uint64_t seed = 1, const DreamerConfig& config = kDreamer) {
  const model::WorldModelConfig world_model{
      .model = model::VrknConfig{.latent_dim = 8, .hidden_dim = 16},
      .networks = {.image_depth = 2, .vector_hidden = 16, .vector_layers = 1, .reward_hidden = 16, .reward_layers = 1}};
  return make_agent(config, world_model, kEnvironment, seed, c10::kCPU);
}

data::Batch random_batch(uint64_t seed) {
  math::TensorGenerator rng(seed);
  return {.observations = {{(rng.uniform({2, 4, 3, 16, 16}) * 255).to(at::kByte), at::ones({2, 4}, at::kBool)},
                           {rng.normal({2, 4, 3}), at::ones({2, 4}, at::kBool)}},
          .actions = rng.normal({2, 4, 2}),
          .rewards = rng.uniform({2, 4, 1})};
}

void train(Agent& agent, uint64_t begin, uint64_t end) {
  for (uint64_t i = begin; i < end; ++i) {
    math::TensorGenerator rng(i);
    agent.update(random_batch(i), rng);
  }
}

Tensor act(Agent& agent, uint64_t seed, const ActOptions& how) {
  data::Observations observations;
  for (const data::Readings& readings : random_batch(1).observations) {
    observations.push_back({readings.values.select(1, 0), readings.valid.select(1, 0)});
  }
  math::TensorGenerator rng(seed);
  const ActOptions options{rng, how.dropout, how.exploration_noise, how.sample_policy};
  model::Belief memory = agent.begin(2, options);
  agent.act(memory, observations, options);
  return agent.act(memory, observations, options);
}

void copy_through_archive(const Agent& from, Agent& to) {
  torch::serialize::OutputArchive out;
  from.save(out);
  std::stringstream stream;
  out.save_to(stream);
  torch::serialize::InputArchive in;
  in.load_from(stream);
  to.load(in);
}

TEST(DreamerAgent, ActsWithinTheRangeAsAFunctionOfSeedAndStream) {
  const auto agent = small_agent(), same = small_agent(), other = small_agent(2);
  math::TensorGenerator unused(0);
  for (const ActOptions& how : {ActOptions{.rng = unused}, ActOptions{.rng = unused, .sample_policy = true},
                                ActOptions{.rng = unused, .exploration_noise = 2.0}}) {
    const Tensor action = act(*agent, 5, how);
    EXPECT_EQ(action.sizes(), (at::IntArrayRef{2, 2}));
    EXPECT_LE(action.abs().max().item<float>(), 1.0f);
    EXPECT_TRUE(at::equal(action, act(*same, 5, how)));
    EXPECT_FALSE(at::equal(action, act(*agent, 6, how)));
    EXPECT_FALSE(at::equal(action, act(*other, 5, how)));
  }
  // The first policy is wide: its samples lie near the ends of the range, its median near the middle.
  EXPECT_LT(act(*agent, 5, {.rng = unused}).abs().max().item<float>(), 0.7f);
  EXPECT_GT(act(*agent, 5, {.rng = unused, .sample_policy = true}).abs().max().item<float>(), 0.9f);
}

TEST(DreamerAgent, UpdatesReportEveryTerm) {
  const auto agent = small_agent();
  math::TensorGenerator rng(1);
  const UpdateReport report = agent->update(random_batch(1), rng);
  EXPECT_EQ(report.names,
            (std::vector<std::string>{"loss/total", "loss/image", "loss/state", "loss/reward", "loss/kl",
                                      "model/gradient_norm", "actor/loss", "actor/imagined_return", "actor/entropy",
                                      "actor/gradient_norm", "value/loss", "value/gradient_norm"}));
  EXPECT_EQ(report.values.size(0), static_cast<int64_t>(report.names.size()));
  EXPECT_TRUE(report.values.isfinite().all().item<bool>());
}

TEST(DreamerAgent, DisagreementIsARewardOfImagination) {
  const auto imagined_return = [](double weight) {
    DreamerConfig config = kDreamer;
    config.disagreement = weight;
    config.ensemble = {.members = 3, .hidden = 16, .layers = 1};
    const auto agent = small_agent(1, config);
    math::TensorGenerator rng(1);
    const UpdateReport report = agent->update(random_batch(1), rng);
    EXPECT_EQ(report.names.back(), "ensemble/gradient_norm");
    EXPECT_TRUE(report.values.isfinite().all().item<bool>());
    EXPECT_EQ(report.names[7], "actor/imagined_return");
    return report.values[7].item<double>();
  };
  const double without = imagined_return(0.0), seeking = imagined_return(10.0), avoiding = imagined_return(-10.0);
  EXPECT_GT(seeking, without + 0.1);
  EXPECT_NEAR(seeking - without, without - avoiding, 1e-3);
  // Without a weight it learns as an agent without an ensemble.
  math::TensorGenerator rng(1);
  const UpdateReport plain = small_agent()->update(random_batch(1), rng);
  EXPECT_EQ(plain.values[7].item<double>(), without);
  EXPECT_THROW((DreamerConfig{.disagreement = 1.0}.validate()), ConfigError);
}

TEST(DreamerAgent, TheModelLearnsAsIfThereWereNoBehaviour) {
  // Behaviours of different weight and step: the model's weights must not notice.
  DreamerConfig lively = kDreamer;
  lively.discount = 0.5;
  lively.actor_learning_rate = lively.value_learning_rate = 0.1;
  const auto calm = small_agent(1), changed = small_agent(1, lively);
  train(*calm, 0, 3);
  train(*changed, 0, 3);
  const auto left = calm->world_model()->parameters(), right = changed->world_model()->parameters();
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
  math::TensorGenerator unused(0);
  EXPECT_FALSE(at::equal(act(*calm, 1, {.rng = unused}), act(*changed, 1, {.rng = unused})));
}

TEST(DreamerAgent, SavedAndLoadedItGoesOnEqually) {
  for (const bool bounded : {false, true}) {
    DreamerConfig config = kDreamer;
    config.bound_returns = bounded;
    const auto agent = small_agent(1, config), resumed = small_agent(2, config);
    train(*agent, 0, 3);
    copy_through_archive(*agent, *resumed);
    train(*agent, 3, 5);
    train(*resumed, 3, 5);
    const auto left = agent->world_model()->parameters(), right = resumed->world_model()->parameters();
    for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
    math::TensorGenerator unused(0);
    EXPECT_TRUE(at::equal(act(*agent, 1, {.rng = unused}), act(*resumed, 1, {.rng = unused})));
  }
}

TEST(DreamerAgent, BoundsReturnsByTheRewardsOfItsBatches) {
  const auto imagined_return = [](const DreamerConfig& config, double scale) {
    const auto agent = small_agent(1, config);
    data::Batch batch = random_batch(1);
    batch.rewards = scale * batch.rewards;
    math::TensorGenerator rng(1);
    return agent->update(batch, rng).values[7].item<double>();
  };
  DreamerConfig bounded = kDreamer;
  bounded.bound_returns = true;
  EXPECT_NE(imagined_return(kDreamer, 0.0), 0.0);
  EXPECT_EQ(imagined_return(bounded, 0.0), 0.0);  // where no reward was ever seen, none is imagined
  EXPECT_THROW((DreamerConfig{.discount = 1.0, .bound_returns = true}.validate()), ConfigError);
  EXPECT_THROW((DreamerConfig{.bound_returns = true, .disagreement = 1.0, .ensemble = {.members = 3}}.validate()),
               ConfigError);
}

TEST(DreamerAgent, RefusesWhatOtherAgentsSaved) {
  const model::WorldModelConfig model{
      .model = model::VrknConfig{.latent_dim = 8, .hidden_dim = 16},
      .networks = {.image_depth = 2, .vector_hidden = 16, .vector_layers = 1, .reward_hidden = 16, .reward_layers = 1}};
  const auto planet = make_agent(PlanetConfig{}, model, kEnvironment, 1, c10::kCPU);
  EXPECT_THROW(copy_through_archive(*planet, *small_agent()), DataError);
  DreamerConfig wider = kDreamer;
  wider.actor_hidden = 17;
  EXPECT_THROW(copy_through_archive(*small_agent(1, wider), *small_agent()), DataError);
}

}  // namespace
}  // namespace vrkn::agent::dreamer_agent_test
