// A state space model of one's own in the place of the VRKN: encoders, decoders, learning and planning are the
// library's. Seconds on one processor.
#include <exception>
#include <iostream>
#include <memory>
#include <vrkn/agent/planet/planet_agent.h>
#include <vrkn/core/random.h>
#include <vrkn/data/replay.h>
#include <vrkn/env/synthetic/double_integrator.h>
#include <vrkn/evaluation/run_episodes.h>
#include <vrkn/run/processor_setup.h>

#include "linear_kalman.h"

constexpr int64_t kLatentDim = 8;
constexpr uint64_t kSeed = 1, kEpisodes = 10, kUpdates = 50;

int main() try {
  vrkn::run::set_up_processor({.threads = 1});
  vrkn::env::Environments worlds;
  worlds.push_back(std::make_unique<vrkn::env::DoubleIntegrator>(std::vector<std::string>{"position"}));
  vrkn::env::EnvironmentPool pool(std::move(worlds));
  const vrkn::env::EnvironmentSpec spec = pool.spec();

  // The door for a model of one's own: its feature size, the weight of the first step's KL, and how it is made.
  const vrkn::model::ModelFactory factory{.feature_size = kLatentDim,
                                          .initial_kl_weight = 1.0,
                                          .make = [](const std::vector<int64_t>& embedding_sizes, int64_t action_size) {
                                            return std::make_shared<LinearKalman>(embedding_sizes, action_size,
                                                                                  kLatentDim);
                                          }};
  const vrkn::model::NetworksConfig networks{.vector_hidden = 32, .vector_layers = 1, .reward_hidden = 32};
  vrkn::math::TensorGenerator weights(vrkn::derive_seed(kSeed, "weights"));
  const auto model = std::make_shared<vrkn::model::WorldModel>(
      spec.sensors, spec.action_size, factory, networks,
      vrkn::model::ObjectiveConfig{.sensor_weight = 10.0, .reward_weight = 10.0, .free_nats = 1.0}, weights);
  vrkn::agent::PlanetAgent agent({.horizon = 12, .iterations = 3, .population_size = 100, .num_elites = 10}, model,
                                 c10::kCPU);

  vrkn::data::Replay replay(spec.sensors, spec.action_size);
  for (uint64_t episode = 0; episode < kEpisodes; ++episode) {
    vrkn::math::TensorGenerator rng(vrkn::derive_seed(kSeed, "exploration", episode));
    const uint64_t seeds[] = {vrkn::derive_seed(kSeed, "environment", episode)};
    auto played = vrkn::evaluation::run_episodes(agent, pool, seeds, {.rng = rng, .exploration_noise = 0.3});
    std::cout << "episode " << episode << ": return " << played->front().episode_return();
    replay.add(std::move(played->front()));
    if (episode == 0) agent.set_statistics(vrkn::data::sensor_statistics(replay.episodes(), spec.sensors));

    double loss = 0.0;
    for (uint64_t update = kUpdates * episode; update < kUpdates * (episode + 1); ++update) {
      vrkn::ScalarGenerator which(vrkn::derive_seed(kSeed, "replay", update));
      vrkn::math::TensorGenerator draws(vrkn::derive_seed(kSeed, "model", update));
      const auto report = agent.update(replay.sample(/*batch=*/16, /*length=*/30, which), draws);
      loss += report.values[0].item<double>() / kUpdates;
    }
    std::cout << ", then mean loss " << loss << '\n';
  }
} catch (const std::exception& error) {
  std::cerr << "own_model: " << error.what() << '\n';
  return 1;
}
