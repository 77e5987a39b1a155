// What tests/export/export_test.py compares ONNX Runtime with: for every kind of model, set of sensors and agent a run
// with a few updates behind it, its export, and reference.npz: whole episodes with gaps in every sensor as the library
// filters, decodes, imagines and acts in them, with all the random numbers that it drew. Or the same of a run that is
// there already.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "tests/support/small_models.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/file.h"
#include "vrkn/core/random.h"
#include "vrkn/data/npz.h"
#include "vrkn/data/replay.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/synthetic/double_integrator.h"
#include "vrkn/env/wrapper/action_repeat.h"
#include "vrkn/env/wrapper/wrapper.h"
#include "vrkn/evaluation/run_episodes.h"
#include "vrkn/math/recorded_draws.h"
#include "vrkn/onnx/export_run.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/trained_run.h"

namespace {

namespace fs = std::filesystem;
using namespace vrkn;

constexpr int64_t kBatch = 2, kEpisodes = 2, kHorizon = 4;

/// A world with its image stretched, each side by a factor of its own.
class Stretched final : public env::Wrapper {
 public:
  explicit Stretched(std::unique_ptr<env::Environment> inner)
      : Wrapper(std::move(inner)), from_(Wrapper::spec()), to_(from_) {
    to_.sensors.front().shape = {3, 18, 31};
  }

  const env::EnvironmentSpec& spec() const override { return to_; }
  env::TimeStep reset(uint64_t seed) override { return stretched(Wrapper::reset(seed)); }
  env::TimeStep step(std::span<const double> action) override { return stretched(Wrapper::step(action)); }

 private:
  env::TimeStep stretched(env::TimeStep step) const {
    const std::vector<int64_t>&from = from_.sensors.front().shape, &to = to_.sensors.front().shape;
    std::vector<uint8_t> image;
    for (int64_t plane = 0; plane < to[0]; ++plane) {
      for (int64_t row = 0; row < to[1]; ++row) {
        for (int64_t column = 0; column < to[2]; ++column) {
          const int64_t pixel = (plane * from[1] + row * from[1] / to[1]) * from[2] + column * from[2] / to[2];
          image.push_back(step.observation.sensors.front().image[static_cast<size_t>(pixel)]);
        }
      }
    }
    step.observation.sensors.front().image = std::move(image);
    return step;
  }

  env::EnvironmentSpec from_, to_;
};

constexpr const char* kWide = "own:wide";  // the double integrator with an image that is not square

std::unique_ptr<env::Environment> make_world(const env::EnvironmentConfig& config) {
  if (config.task != kWide) return env::make_environment(config);
  auto line = std::make_unique<env::DoubleIntegrator>(config.sensors, config.image_size);
  return env::with_conditions(
      std::make_unique<Stretched>(std::make_unique<env::ActionRepeat>(std::move(line), config.action_repeat)), config);
}

struct Case {
  std::string name;
  run::ExperimentConfig config;
};

std::vector<Case> cases() {
  const std::vector<std::pair<std::string, std::vector<std::string>>> sensor_sets = {
      {"vector", {"state"}},
      {"image", {"image"}},
      {"fusion", {"image", "state", "proprioception"}},
      {"wide", {"image", "state"}}};
  const std::vector<agent::AgentConfig> agents = {
      agent::PlanetConfig{.horizon = 3, .iterations = 2, .population_size = 12, .num_elites = 4},
      agent::DreamerConfig{.horizon = 3, .actor_hidden = 9, .actor_layers = 2, .value_hidden = 8, .value_layers = 1}};
  std::vector<Case> cases;
  for (const auto& [sensors_name, sensors] : sensor_sets) {
    const size_t kinds = sensors_name == "wide" ? 1 : small_models().size();
    for (size_t kind = 0; kind < kinds; ++kind) {
      for (const agent::AgentConfig& agent : agents) {
        run::ExperimentConfig config;
        config.seed = static_cast<int64_t>(cases.size()) + 1;
        config.environment = {.task = "double_integrator", .sensors = sensors, .image_size = 16, .action_repeat = 5};
        if (sensors_name == "wide") config.environment.task = kWide;
        config.environment.image = {.interval_min = 2, .interval_max = 3};
        config.environment.state = {.interval_min = 1, .interval_max = 4, .delay = 1};
        config.environment.proprioception = {.dropout = 0.4};
        for (const auto& [name, conditions] : config.environment.conditions()) {
          if (std::ranges::count(sensors, name) == 0) *conditions = {};
        }
        config.model = small_models()[kind];
        config.networks = {.image_depth = 2,
                           .centre_images = kind % 2 == 0,
                           .image_waves = kind % 3 == 0 ? 5 : 0,
                           .vector_hidden = 11,
                           .vector_layers = 2,
                           .reward_hidden = 9,
                           .reward_layers = 2,
                           .reward_nonlinearity = kind % 2 == 0 ? "elu" : "relu"};
        config.objective.sensor_noise = kind % 2 == 0 ? "0.7" : "learned";
        if (sensors_name == "fusion") config.objective.sensor_noises = {"state=learned-per-element"};
        if (kind % 2 == 1) std::visit([](auto& model) { model.nonlinearity = "relu"; }, config.model);
        config.agent = agent;
        config.training.sequence_length = 8;
        config.threads = 1;
        cases.push_back({kind_of(config.model) + "-" + sensors_name + "-" + kind_of(agent), config});
      }
    }
  }
  return cases;
}

/// Small weights would hide what is wrong behind the biases: all matrices and kernels twice as large. But for those of
/// the transition network, whose recurrence would then let rounding errors grow from step to step.
void amplify(const torch::nn::Module& module) {
  const at::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    const bool recurrent = item.key().find("transition") != std::string::npos;
    if (item.value().dim() > 1 && !recurrent) item.value().mul_(2.0);
  }
}

/// A run directory whose agent has learned a little: all weights, statistics and variances are off their first values.
void learn(const run::ExperimentConfig& config, const fs::path& folder) {
  env::Environments worlds;
  worlds.push_back(make_world(config.environment));
  env::EnvironmentPool pool(std::move(worlds));
  const auto seed = static_cast<uint64_t>(config.seed);
  const auto random = agent::make_agent(agent::RandomConfig{}, config.world_model(), pool.spec(), seed, c10::kCPU);
  const auto agent = agent::make_agent(config.agent, config.world_model(), pool.spec(), seed, c10::kCPU);
  data::Replay replay(pool.spec().sensors, pool.spec().action_size);
  math::TensorGenerator rng(seed);
  for (uint64_t episode = 0; episode < 2; ++episode) {
    const uint64_t seeds[] = {derive_seed(seed, "environment", episode)};
    replay.add(std::move(evaluation::run_episodes(*random, pool, seeds, {.rng = rng})->front()));
  }
  agent->set_statistics(data::sensor_statistics(replay.episodes(), pool.spec().sensors));
  ScalarGenerator which(seed);
  for (int64_t update = 0; update < 5; ++update) agent->update(replay.sample(3, 8, which), rng);
  amplify(*agent->world_model());
  if (const torch::nn::Module* policy = agent->policy()) amplify(*policy);
  const run::RunDirectory directory = run::RunDirectory::create(folder, config, "");
  run::TrainingProgress progress;
  progress.updates = 5;
  run::write_checkpoint(directory.checkpoint(progress.updates), *agent, config, progress);
}

/// What is written: one entry per name, [steps, ...] each.
class Reference {
 public:
  void add(const std::string& name, const at::Tensor& step) { steps_[name].push_back(step.detach().clone()); }

  std::string npz() const {
    std::vector<data::NamedArray> arrays;
    for (const auto& [name, steps] : steps_) {
      at::Tensor all = at::stack(steps).contiguous();
      const std::string dtype = all.scalar_type() == at::kByte ? "|u1" : all.scalar_type() == at::kBool ? "|b1" : "<f4";
      arrays.push_back({name,
                        {.dtype = dtype,
                         .shape = all.sizes().vec(),
                         .bytes = std::string(static_cast<const char*>(all.data_ptr()), all.nbytes())}});
    }
    return data::write_npz(arrays);
  }

 private:
  std::map<std::string, std::vector<at::Tensor>> steps_;
};

at::Tensor joined(const model::Belief& belief) {
  std::vector<at::Tensor> parts = {belief.mean, belief.var, belief.sample};
  if (belief.memory.defined()) parts.push_back(belief.memory);
  return at::cat(parts, -1);
}

/// The decoder's mean in raw units: of images before they are cut off and rounded.
at::Tensor raw_mean(model::WorldModel& model, size_t sensor, const at::Tensor& features) {
  model::Codec& codec = model.codec(sensor);
  const at::Tensor values = codec.decode(features);
  if (model.sensors()[sensor].kind == env::SensorKind::kVector) return codec.denormalise(values);
  const at::Tensor* mean = codec.named_buffers().find("mean");
  return ((mean ? values + *mean : values) + 0.5) * 256.0;
}

void add_decoded(Reference& reference, const std::string& prefix, model::WorldModel& model,
                 const at::Tensor& features) {
  for (size_t s = 0; s < model.sensors().size(); ++s) {
    const std::string name = prefix + model.sensors()[s].name;
    const at::Tensor mean = raw_mean(model, s, features);
    reference.add(name + "_mean", mean);
    reference.add(name + "_var", (model.sensor_var(s) * model.codec(s).unit().square()).expand_as(mean));
  }
  const at::Tensor reward = model.predict_reward(features).unsqueeze(-1);
  reference.add(prefix + "reward_mean", reward);
  reference.add(prefix + "reward_var", model.reward_var().expand_as(reward));
}

/// What was drawn while the agent acted, in its order: dither of every image, the sample, what the agent drew, and the
/// next prior's sample.
void add_draws(Reference& reference, const math::RecordedDraws& draws, const model::WorldModel& model,
               const run::ExperimentConfig& config) {
  size_t next = 0;
  for (const env::SensorSpec& sensor : model.sensors()) {
    if (sensor.kind == env::SensorKind::kImage) reference.add(sensor.name + "_dither", draws.values(next++));
  }
  reference.add("noise", draws.values(next++));
  const auto* planet = std::get_if<agent::PlanetConfig>(&config.agent);
  if (!planet) {
    const bool sampled = draws.size() > next + 1;
    reference.add("policy_noise", sampled ? draws.values(next) : at::zeros({kBatch, model.action_size()}));
    return;
  }
  std::vector<at::Tensor> plan_noise, imagination_noise;
  for (int64_t iteration = 0; iteration < planet->iterations; ++iteration) {
    plan_noise.push_back(draws.values(next++));
    std::vector<at::Tensor> steps;
    for (int64_t step = 0; step < planet->horizon; ++step) steps.push_back(draws.values(next++));
    imagination_noise.push_back(at::stack(steps));
  }
  reference.add("plan_noise", at::stack(plan_noise));
  reference.add("imagination_noise", at::stack(imagination_noise));
}

/// H steps from a belief, with one draw of the weights for all of them where `dropout`.
void add_imagined(Reference& reference, const std::string& prefix, model::WorldModel& model, model::Belief belief,
                  bool dropout, math::TensorGenerator& rng) {
  const at::Tensor actions = rng.uniform({kBatch, kHorizon, model.action_size()}) * 2.0 - 1.0;
  const model::TransitionMasks masks =
      dropout ? model.dynamics().draw_masks(belief, {rng, true}) : model::TransitionMasks{};
  reference.add(prefix + "belief", joined(belief));
  reference.add(prefix + "actions", actions);
  if (masks.defined()) {
    reference.add(prefix + "mask_input", masks.input);
    reference.add(prefix + "mask_gate", masks.gate);
    reference.add(prefix + "mask_hidden", masks.hidden);
  }
  for (int64_t step = 0; step < kHorizon; ++step) {
    math::RecordedDraws draws;
    math::TensorGenerator recorded(derive_seed(1, prefix, static_cast<uint64_t>(step)));
    recorded.record(draws);
    belief.masks = masks;
    belief = model.dynamics().predict(belief, actions.select(1, step), {recorded, dropout});
    const at::Tensor features = model.dynamics().features(belief);
    reference.add(prefix + "noise", draws.values(0));
    reference.add(prefix + "beliefs", joined(belief));
    reference.add(prefix + "features", features);
    add_decoded(reference, prefix, model, features);
  }
}

std::string play(const run::TrainedRun& run) {
  model::WorldModel& model = run.model();
  std::vector<std::unique_ptr<env::Environment>> worlds;
  for (int64_t b = 0; b < kBatch; ++b) worlds.push_back(make_world(run.config.environment));
  const auto seed = static_cast<uint64_t>(run.config.seed);
  Reference reference;
  model::Belief last;
  for (uint64_t episode = 0; episode < kEpisodes; ++episode) {
    std::vector<env::TimeStep> now;
    for (int64_t b = 0; b < kBatch; ++b) {
      now.push_back(worlds[b]->reset(derive_seed(seed, "episode", episode * kBatch + static_cast<uint64_t>(b))));
    }
    math::TensorGenerator first(derive_seed(seed, "first", episode));
    model::Belief belief = run.agent->begin(kBatch, {.rng = first});
    at::Tensor action = at::zeros({kBatch, model.action_size()});
    for (uint64_t step = 0;; ++step) {
      std::vector<env::Observation> seen;
      for (const env::TimeStep& world : now) seen.push_back(world.observation);
      const data::Observations observations = data::stack(seen, model.sensors());
      for (size_t s = 0; s < observations.size(); ++s) {
        reference.add(model.sensors()[s].name, observations[s].values);
        reference.add(model.sensors()[s].name + "_valid", observations[s].valid);
      }
      reference.add("is_first", at::full({kBatch}, step == 0, at::kBool));
      reference.add("action_before", action);

      math::RecordedDraws draws;
      math::TensorGenerator rng(derive_seed(seed, "act", episode * 1000 + step));
      rng.record(draws);
      const model::Belief prior = belief;
      action = run.agent->act(belief, observations, {.rng = rng, .sample_policy = episode == 1});
      add_draws(reference, draws, model, run.config);
      math::TensorGenerator again(draws, c10::kCPU);
      last = model.dynamics().update(prior, model.encode(observations, again), {again, /*dropout=*/false});
      const at::Tensor features = model.dynamics().features(last);
      reference.add("posterior", joined(last));
      reference.add("features", features);
      reference.add("action", action);
      add_decoded(reference, "decode/", model, features);

      if (now.front().is_last) break;
      for (int64_t b = 0; b < kBatch; ++b) {
        std::vector<double> controls;
        for (int64_t a = 0; a < model.action_size(); ++a) controls.push_back(action[b][a].item<double>());
        now[b] = worlds[b]->step(controls);
      }
    }
  }
  math::TensorGenerator rng(derive_seed(seed, "imagine"));
  add_imagined(reference, "imagine/", model, last, /*dropout=*/false, rng);
  if (last.masks.defined() || model.dynamics().draw_masks(last, {rng, true}).defined()) {
    add_imagined(reference, "dropout/", model, last, /*dropout=*/true, rng);
  }
  return reference.npz();
}

void write(const fs::path& path, const fs::path& folder) {
  const run::TrainedRun run = run::load_run(path);
  const at::NoGradGuard no_grad;
  onnx::export_run(run, folder / "export");
  write_file_atomically(folder / "reference.npz", play(run));
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2 && count != 3) {
    std::cerr << "usage: reference DIR [RUN]\n";
    return 2;
  }
  const fs::path out = arguments[1];
  if (count == 3) {
    write(arguments[2], out / "run");
    return 0;
  }
  for (const Case& one : cases()) {
    learn(one.config, out / one.name / "run");
    write(out / one.name / "run", out / one.name);
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "reference: " << error.what() << '\n';
  return 1;
}
