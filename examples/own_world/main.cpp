// A world of one's own, with sensors of its own, and an agent that learns to live in it: seconds on one processor.
//
//   own_world [run directory]
//
// The run directory is like any other: its metrics, episodes and checkpoints are described in docs/run-directory.md.
#include <exception>
#include <iostream>
#include <memory>
#include <vrkn/report/console_sink.h>
#include <vrkn/report/jsonl_sink.h>
#include <vrkn/run/processor_setup.h>
#include <vrkn/training/trainer.h>

#include "diver.h"

int main(int argument_count, char** arguments) try {
  vrkn::run::ExperimentConfig config;
  config.threads = 1;
  config.environment = {.task = "own:Diver", .sensors = {"sonar", "log"}};
  config.model = vrkn::model::VrknConfig{.latent_dim = 8, .hidden_dim = 32};
  config.networks = {.vector_hidden = 32, .vector_layers = 1, .reward_hidden = 32, .reward_layers = 1};
  config.objective = {.sensor_weight = 10.0, .reward_weight = 10.0, .free_nats = 1.0};
  config.agent = vrkn::agent::PlanetConfig{.horizon = 10, .iterations = 3, .population_size = 100, .num_elites = 10};
  config.training = {.iterations = 12, .updates = 50, .batch_size = 16, .sequence_length = 20};
  config.evaluation = {.every = 4, .episodes = 5};
  vrkn::run::set_up_processor(config);

  const auto run =
      vrkn::run::RunDirectory::create(argument_count > 1 ? arguments[1] : "own_world_run", config, "own_world");
  vrkn::report::ConsoleSink console(std::cout, {"return", "loss/sonar"});
  vrkn::report::JsonlSink metrics(run.metrics());
  vrkn::training::Trainer trainer(config, run, {&metrics, &console}, {}, [] { return std::make_unique<Diver>(); });
  trainer.run();
  std::cout << "mean return of the last evaluation, at most 50: " << trainer.progress().last_return << '\n';
} catch (const std::exception& error) {
  std::cerr << "own_world: " << error.what() << '\n';
  return 1;
}
