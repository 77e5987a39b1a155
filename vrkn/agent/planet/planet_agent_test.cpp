#include "vrkn/agent/planet/planet_agent.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/saved.h"
#include "tests/support/small_agents.h"
#include "vrkn/agent/disagreement.h"
#include "vrkn/agent/random/random_agent.h"
#include "vrkn/core/error.h"

namespace vrkn::agent::planet_agent_test {
namespace {

data::Observations first_step(const data::Batch& batch) {
  data::Observations observations;
  for (const data::Readings& readings : batch.observations) {
    observations.push_back(data::map([](const at::Tensor& tensor) { return tensor.select(1, 0); }, readings));
  }
  return observations;
}

at::Tensor act(Agent& agent, const data::Observations& observations, uint64_t seed, double noise = 0.0) {
  math::TensorGenerator rng(seed);
  model::Belief memory = agent.begin(2, {rng});
  at::Tensor action = agent.act(memory, observations, {rng, false, noise});
  return agent.act(memory, observations, {rng, false, noise});
}

TEST(PlanetAgent, ActsWithinTheRangeAsAFunctionOfSeedAndStream) {
  const auto agent = small_agent(kSmallPlanet);
  const data::Observations observations = first_step(random_batch(1));
  const at::Tensor action = act(*agent, observations, 5, 2.0);
  EXPECT_EQ(action.sizes(), (at::IntArrayRef{2, 2}));
  EXPECT_LE(action.abs().max().item<float>(), 1.0f);
  EXPECT_TRUE(at::equal(action, act(*small_agent(kSmallPlanet), observations, 5, 2.0)));
  EXPECT_FALSE(at::equal(action, act(*agent, observations, 6, 2.0)));
}

TEST(PlanetAgent, UpdatesReportEveryTermAndChangeTheWeights) {
  const auto agent = small_agent(kSmallPlanet);
  const at::Tensor before = agent->world_model()->parameters()[0].detach().clone();
  math::TensorGenerator rng(1);
  const UpdateReport report = agent->update(random_batch(1), rng);
  EXPECT_EQ(report.names, (std::vector<std::string>{"loss/total", "loss/image", "loss/state", "loss/reward", "loss/kl",
                                                    "model/gradient_norm"}));
  EXPECT_EQ(report.values.size(0), 6);
  EXPECT_TRUE(report.values.isfinite().all().item<bool>());
  EXPECT_FALSE(at::equal(before, agent->world_model()->parameters()[0]));
}

TEST(PlanetAgent, ReportsNoLossOfSensorsThatItDoesNotReconstruct) {
  model::WorldModelConfig config = small_world_model();
  config.objective.sensor_weight = 0.0;
  const auto agent = small_agent(kSmallPlanet, 1, config);
  math::TensorGenerator rng(1);
  const UpdateReport report = agent->update(random_batch(1), rng);
  EXPECT_EQ(report.names, (std::vector<std::string>{"loss/total", "loss/reward", "loss/kl", "model/gradient_norm"}));
  EXPECT_EQ(report.values.size(0), 4);
  EXPECT_TRUE(report.values.isfinite().all().item<bool>());
}

TEST(PlanetAgent, SavedAndLoadedItGoesOnEqually) {
  const auto agent = small_agent(kSmallPlanet);
  const auto train = [](Agent& trained, uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) {
      math::TensorGenerator rng(i);
      trained.update(random_batch(i), rng);
    }
  };
  train(*agent, 0, 3);
  torch::serialize::InputArchive in = saved(*agent);
  const auto resumed = small_agent(kSmallPlanet, 2);
  resumed->load(in);
  train(*agent, 3, 5);
  train(*resumed, 3, 5);
  const auto left = agent->world_model()->parameters(), right = resumed->world_model()->parameters();
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
}

PlanetConfig planner_with_ensemble(double collecting, double evaluating) {
  PlanetConfig config = with_ensemble(kSmallPlanet, collecting);
  config.iterations = 4;
  config.population_size = 100;
  config.num_elites = 10;
  config.evaluation_disagreement = evaluating;
  return config;
}

std::unique_ptr<Agent> ensemble_agent(double collecting, double evaluating, uint64_t seed = 1) {
  return small_agent(planner_with_ensemble(collecting, evaluating), seed);
}

TEST(PlanetAgent, AnEnsembleThatWeighsNothingChangesNothing) {
  PlanetConfig plain = planner_with_ensemble(0.0, 0.0);
  plain.ensemble = {};
  const auto with = ensemble_agent(0.0, 0.0), without = small_agent(plain);
  EXPECT_EQ(without->disagreement(), nullptr);
  for (uint64_t i = 0; i < 3; ++i) {
    math::TensorGenerator left(i), right(i);
    const UpdateReport reported = with->update(random_batch(i), left);
    without->update(random_batch(i), right);
    EXPECT_EQ(reported.names.back(), "ensemble/gradient_norm");
  }
  const auto left = with->world_model()->parameters(), right = without->world_model()->parameters();
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
  const data::Observations observations = first_step(random_batch(1));
  EXPECT_TRUE(at::equal(act(*with, observations, 5), act(*without, observations, 5)));
}

TEST(PlanetAgent, SeeksOrAvoidsWhatItsEnsembleDoesNotKnow) {
  // The disagreement of the first action that is chosen, with weights beside which rewards count for nothing.
  const data::Observations observations = first_step(random_batch(1));
  const auto chosen = [&](double weight, bool collecting) {
    const auto agent = collecting ? ensemble_agent(weight, 0.0) : ensemble_agent(0.0, weight);
    math::TensorGenerator rng(5);
    const ActOptions options{.rng = rng, .sample_policy = collecting};
    model::Belief memory = agent->begin(2, options);
    const at::Tensor action = agent->act(memory, observations, options);
    math::TensorGenerator again(5);
    model::Belief prior = agent->begin(2, {again});
    const model::Belief posterior = agent->world_model()->dynamics().update(
        prior, agent->world_model()->encode(observations, again), {again, /*dropout=*/false});
    return agent->disagreement()
        ->of(agent->world_model()->dynamics().features(posterior), action)
        .mean()
        .item<double>();
  };
  EXPECT_GT(chosen(1e4, true), 1.1 * chosen(-1e4, true));
  EXPECT_GT(chosen(1e4, false), 1.1 * chosen(-1e4, false));
}

TEST(PlanetAgent, ItsEnsembleIsSavedAndHasToBeThere) {
  const auto agent = ensemble_agent(1.0, 0.0, 1), resumed = ensemble_agent(1.0, 0.0, 2);
  math::TensorGenerator rng(0);
  agent->update(random_batch(0), rng);
  torch::serialize::InputArchive in = saved(*agent), without = saved(*small_agent(kSmallPlanet));
  resumed->load(in);
  const at::Tensor features = at::ones({1, 8}), action = at::ones({1, 2});
  EXPECT_TRUE(at::equal(agent->disagreement()->of(features, action), resumed->disagreement()->of(features, action)));
  EXPECT_THROW(resumed->load(without), DataError);
}

TEST(PlanetConfig, RefusesAWeightOfNoEnsemble) {
  PlanetConfig config = kSmallPlanet;
  EXPECT_NO_THROW(config.validate());
  config.evaluation_disagreement = -1.0;
  EXPECT_THROW(config.validate(), ConfigError);
  config.ensemble.members = 2;
  EXPECT_NO_THROW(config.validate());
  EXPECT_THROW((EnsembleConfig{.members = 1}.validate()), ConfigError);
}

TEST(PlanetAgent, RefusesWeightsOfAnotherSize) {
  torch::serialize::InputArchive in = saved(*small_agent(kSmallPlanet));
  EXPECT_THROW(small_agent(kSmallPlanet, 1, small_world_model(9))->load(in), DataError);
  torch::serialize::InputArchive optimiser;
  in.read("optimiser", optimiser);
  EXPECT_THROW(small_agent(kSmallPlanet)->load(optimiser), DataError);
}

TEST(RandomAgent, IsUniform) {
  RandomAgent agent(1);
  math::TensorGenerator rng(1);
  model::Belief memory = agent.begin(1, {rng});
  const data::Observations observations{{at::zeros({100000, 1}), at::ones({100000}, at::kBool)}};
  const at::Tensor action = agent.act(memory, observations, {rng});
  EXPECT_NEAR(action.mean().item<float>(), 0.0, 6.0 / std::sqrt(3e5));
  EXPECT_NEAR(action.square().mean().item<float>(), 1.0 / 3, 6.0 * 0.2981 / std::sqrt(1e5));
  EXPECT_LE(action.abs().max().item<float>(), 1.0f);
}

}  // namespace
}  // namespace vrkn::agent::planet_agent_test
