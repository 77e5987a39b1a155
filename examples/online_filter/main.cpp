// The filter alone, in a loop: sensors that speak when they have something to say, a belief after every tick, a
// forecast of what a sensor will read, and how long a tick takes. The model is learned from random actions in the first
// seconds; a run's own comes from vrkn::run::load_run.
#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <vrkn/agent/make_agent.h>
#include <vrkn/core/random.h>
#include <vrkn/data/replay.h>
#include <vrkn/env/synthetic/double_integrator.h>
#include <vrkn/evaluation/run_episodes.h>
#include <vrkn/model/uncertainty.h>
#include <vrkn/run/processor_setup.h>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

using Clock = std::chrono::steady_clock;

/// A model of a point on a line, which a camera and a position sensor look at.
std::unique_ptr<vrkn::agent::Agent> learn(vrkn::env::EnvironmentPool& pool) {
  const vrkn::model::WorldModelConfig config{
      .model = vrkn::model::VrknConfig{.latent_dim = 8, .hidden_dim = 32},
      .networks = {.image_depth = 4, .vector_hidden = 32, .vector_layers = 1, .reward_hidden = 32, .reward_layers = 1},
      .objective = {.sensor_weight = 10.0, .free_nats = 1.0}};
  const auto random = vrkn::agent::make_agent(vrkn::agent::RandomConfig{}, config, pool.spec(), /*seed=*/1, c10::kCPU);
  auto agent = vrkn::agent::make_agent(vrkn::agent::PlanetConfig{}, config, pool.spec(), /*seed=*/1, c10::kCPU);
  vrkn::data::Replay replay(pool.spec().sensors, pool.spec().action_size);
  for (uint64_t episode = 0; episode < 10; ++episode) {
    vrkn::math::TensorGenerator rng(vrkn::derive_seed(1, "exploration", episode));
    const uint64_t seeds[] = {vrkn::derive_seed(1, "environment", episode)};
    replay.add(std::move(vrkn::evaluation::run_episodes(*random, pool, seeds, {.rng = rng})->front()));
  }
  agent->set_statistics(vrkn::data::sensor_statistics(replay.episodes(), pool.spec().sensors));
  for (uint64_t update = 0; update < 300; ++update) {
    vrkn::ScalarGenerator which(vrkn::derive_seed(1, "replay", update));
    vrkn::math::TensorGenerator draws(vrkn::derive_seed(1, "model", update));
    agent->update(replay.sample(/*batch=*/8, /*length=*/20, which), draws);
  }
  return agent;
}

int main() try {
  vrkn::run::set_up_processor({.threads = 1});
  vrkn::env::Environments worlds;
  worlds.push_back(std::make_unique<vrkn::env::DoubleIntegrator>(std::vector<std::string>{"position", "image"}, 16));
  vrkn::env::EnvironmentPool pool(std::move(worlds));
  const auto agent = learn(pool);
  vrkn::model::WorldModel& model = *agent->world_model();
  vrkn::model::StateSpaceModel& filter = model.dynamics();

  const c10::InferenceMode no_gradients;
  vrkn::math::TensorGenerator rng(2);
  vrkn::ScalarGenerator actions(3);
  const vrkn::model::Sampling sampling{rng, /*dropout=*/false};
  // The position 1 and 10 ticks ahead: no picture is decoded for that.
  const vrkn::model::ForecastSelection position{.sensors = vrkn::model::find_sensors(model.sensors(), {"position"}),
                                                .steps = std::vector<int64_t>{1, 10},
                                                .reward = false};
  std::vector<double> latencies_ms;
  for (uint64_t episode = 0; episode < 10; ++episode) {
    vrkn::env::TimeStep step = pool[0].reset(episode);
    vrkn::model::Belief prior = filter.initial(/*batch=*/1, sampling);
    for (int64_t tick = 0; !step.is_last; ++tick) {
      const double truth = step.observation.sensors[0].vector[0], action = actions.uniform(-1.0, 1.0);
      // The position comes at every 5th tick, the picture at every 3rd; in between they are silent.
      if (tick % 5 != 0) vrkn::env::mark_missing(step.observation.sensors[0]);
      if (tick % 3 != 0) vrkn::env::mark_missing(step.observation.sensors[1]);

      const auto begin = Clock::now();
      const vrkn::model::SensorEmbeddings embeddings =
          model.encode(vrkn::data::stack({&step.observation, 1}, model.sensors()), rng);
      const vrkn::model::Belief belief = filter.update(prior, embeddings, sampling);
      prior = filter.predict(belief, at::full({1, 1}, action), sampling);
      latencies_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());

      if (episode == 0 && tick < 16) {
        std::cout << "tick " << tick << (tick % 5 == 0 ? "  position" : "") << (tick % 3 == 0 ? "  image" : "")
                  << ":  believed " << model.reconstruct(0, belief.mean).item<double>() << ", true " << truth << '\n';
        const vrkn::model::Predicted<vrkn::model::Units::kRaw> ahead =
            vrkn::model::in_raw_units(model,
                                      vrkn::model::forecast(model, belief, at::zeros({1, 10, 1}), {}, rng, position))
                .sensors[0];
        const at::Tensor mean = ahead.mean[0], std = ahead.variance()[0].sqrt();
        std::cout << "  without a push in 1 tick " << mean[0].item<double>() << " +- " << std[0].item<double>()
                  << ", in 10 " << mean[1].item<double>() << " +- " << std[1].item<double>() << '\n';
      }
      step = pool[0].step({&action, 1});
    }
  }
  std::ranges::sort(latencies_ms);
  const auto at_share = [&](double share) { return latencies_ms[static_cast<size_t>(share * latencies_ms.size())]; };
  std::cout << latencies_ms.size() << " ticks: median " << at_share(0.5) << " ms, 99 % " << at_share(0.99) << " ms\n";
} catch (const std::exception& error) {
  std::cerr << "online_filter: " << error.what() << '\n';
  return 1;
}
