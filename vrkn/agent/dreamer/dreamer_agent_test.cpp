#include "vrkn/agent/dreamer/dreamer_agent.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/saved.h"
#include "tests/support/small_agents.h"
#include "vrkn/core/error.h"

namespace vrkn::agent::dreamer_agent_test {
namespace {

using at::Tensor;

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
  torch::serialize::InputArchive archive = saved(from);
  to.load(archive);
}

TEST(DreamerAgent, ActsWithinTheRangeAsAFunctionOfSeedAndStream) {
  const auto agent = small_agent(kSmallDreamer), same = small_agent(kSmallDreamer),
             other = small_agent(kSmallDreamer, 2);
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
  const auto agent = small_agent(kSmallDreamer);
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
    const auto agent = small_agent(with_ensemble(kSmallDreamer, weight));
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
  const UpdateReport plain = small_agent(kSmallDreamer)->update(random_batch(1), rng);
  EXPECT_EQ(plain.values[7].item<double>(), without);
  EXPECT_THROW((DreamerConfig{.disagreement = 1.0}.validate()), ConfigError);
}

TEST(DreamerAgent, TheModelLearnsAsIfThereWereNoBehaviour) {
  // Behaviours of different weight and step: the model's weights must not notice.
  DreamerConfig lively = kSmallDreamer;
  lively.discount = 0.5;
  lively.actor_learning_rate = lively.value_learning_rate = 0.1;
  const auto calm = small_agent(kSmallDreamer), changed = small_agent(lively);
  train(*calm, 0, 3);
  train(*changed, 0, 3);
  const auto left = calm->world_model()->parameters(), right = changed->world_model()->parameters();
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
  math::TensorGenerator unused(0);
  EXPECT_FALSE(at::equal(act(*calm, 1, {.rng = unused}), act(*changed, 1, {.rng = unused})));
}

TEST(DreamerAgent, SavedAndLoadedItGoesOnEqually) {
  for (const bool bounded : {false, true}) {
    DreamerConfig config = kSmallDreamer;
    config.bound_returns = bounded;
    const auto agent = small_agent(config), resumed = small_agent(config, 2);
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
    const auto agent = small_agent(config);
    data::Batch batch = random_batch(1);
    batch.rewards = scale * batch.rewards;
    math::TensorGenerator rng(1);
    return agent->update(batch, rng).values[7].item<double>();
  };
  DreamerConfig bounded = kSmallDreamer;
  bounded.bound_returns = true;
  EXPECT_NE(imagined_return(kSmallDreamer, 0.0), 0.0);
  EXPECT_EQ(imagined_return(bounded, 0.0), 0.0);  // where no reward was ever seen, none is imagined
  EXPECT_THROW((DreamerConfig{.discount = 1.0, .bound_returns = true}.validate()), ConfigError);
  EXPECT_THROW((DreamerConfig{.bound_returns = true, .disagreement = 1.0, .ensemble = {.members = 3}}.validate()),
               ConfigError);
}

TEST(DreamerAgent, RefusesWhatOtherAgentsSaved) {
  const auto planet = small_agent(PlanetConfig{});
  EXPECT_THROW(copy_through_archive(*planet, *small_agent(kSmallDreamer)), DataError);
  DreamerConfig wider = kSmallDreamer;
  wider.actor_hidden = 17;
  EXPECT_THROW(copy_through_archive(*small_agent(wider), *small_agent(kSmallDreamer)), DataError);
}

}  // namespace
}  // namespace vrkn::agent::dreamer_agent_test
