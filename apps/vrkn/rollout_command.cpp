#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/config_source.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/options.h"
#include "apps/vrkn/outputs.h"
#include "apps/vrkn/starts_file.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/data/episode_file.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/suite/replay.h"
#include "vrkn/evaluation/evaluation.h"
#include "vrkn/evaluation/rollout.h"
#include "vrkn/presentation/film.h"
#include "vrkn/report/png.h"
#include "vrkn/report/progress.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSideBySide = 10;  // episodes at once

struct RolloutOptions {
  ConfigSource source;
  std::string task, policy = "random", out, video, starts, replay, frame;
  std::string sensors, image_size, camera, action_repeat, transition_noise;  // short for --set environment...
  int64_t episodes = 1;
  int64_t seed = 0;
  int width = 320, height = 240;
  bool json = false;

  bool plays_a_run() const { return policy != "random" && policy != "zero"; }
};

std::vector<std::string> overrides(const RolloutOptions& options) {
  // Nothing is learned here, so the length of training sequences must not matter.
  std::vector<std::string> all = {"training.sequence_length=2"};
  all.insert(all.end(), options.source.overrides.begin(), options.source.overrides.end());
  const auto add = [&all](const char* key, const std::string& value) {
    if (!value.empty()) all.push_back(std::string("environment.") + key + "=" + value);
  };
  add("task", options.task);
  add("sensors", options.sensors);
  add("image_size", options.image_size);
  add("camera", options.camera);
  add("action_repeat", options.action_repeat);
  add("transition_noise", options.transition_noise);
  return all;
}

/// What plays: a configuration, and the run that the agent comes from, if it does.
struct Player {
  run::ExperimentConfig config;
  std::optional<run::TrainedRun> run;
};

Player choose_player(const RolloutOptions& options) {
  if (options.plays_a_run()) {
    if (!options.source.file.empty() || !options.source.preset.empty()) {
      throw ConfigError("--policy " + options.policy +
                        " brings a configuration of its own; change it with --set, not with --preset or --config");
    }
    run::TrainedRun run = run::load_run(options.policy, "last", overrides(options));
    return {run.config, std::move(run)};
  }
  ConfigSource source = options.source;
  source.overrides = overrides(options);
  run::ExperimentConfig config = source.load();
  config.agent = agent::RandomConfig{.amplitude = options.policy == "zero" ? 0.0 : 1.0};
  config.device = "cpu";
  return {config, std::nullopt};
}

std::string next_command(const RolloutOptions& options, const run::ExperimentConfig& config) {
  if (options.plays_a_run()) return "vrkn eval " + options.policy;
  const std::string& task = config.environment.task;
  if (options.video.empty()) return "vrkn rollout --task " + task + " --video " + task + ".mp4";
  return "vrkn train --set environment.task=" + task;
}

struct Played {
  evaluation::Evaluation evaluation;
  std::vector<std::string> files;
};

void print_result(const RolloutOptions& options, const run::ExperimentConfig& config, const Played& episodes) {
  const auto& [played, files] = episodes;
  if (options.json) {
    const nlohmann::ordered_json result = {
        {"task", config.environment.task}, {"policy", options.policy},   {"episodes", played.returns.size()},
        {"return_mean", played.mean()},    {"return_std", played.std()}, {"return_median", played.median()},
        {"returns", played.returns},       {"lengths", played.lengths},  {"files", files},
        {"video", options.video}};
    std::cout << json_text(result, 2) << '\n';
    return;
  }
  fmt::print("{}, policy {}, {} episode{}: mean return {:.1f}, std {:.1f}, median {:.1f}\n", config.environment.task,
             options.policy, played.returns.size(), played.returns.size() == 1 ? "" : "s", played.mean(), played.std(),
             played.median());
  if (files.size() == 1) fmt::print("episode: {}\n", files.front());
  if (files.size() > 1) fmt::print("episodes: {} to {}\n", files.front(), files.back());
  if (!options.video.empty()) fmt::print("video: {}\n", options.video);
  fmt::print("next:  {}\n", next_command(options, config));
}

/// The agent of the player's run, or one that has learned nothing.
std::unique_ptr<agent::Agent> take_agent(Player& player, const env::EnvironmentSpec& spec) {
  const run::ExperimentConfig& config = player.config;
  if (!player.run) {
    return agent::make_agent(config.agent, config.world_model(), spec, /*seed=*/0, c10::Device(config.device));
  }
  run::check_offers(spec, *player.run);
  return std::move(player.run->agent);
}

/// Plays the episodes, keeps them where --out asks for that, and films the first. Nothing where a stop was requested.
std::optional<Played> play_episodes(const RolloutOptions& options, agent::Agent& agent,
                                    env::EnvironmentPool& environments, uint64_t seed, presentation::Film& film) {
  const env::EnvironmentSpec& spec = environments.spec();
  report::Progress progress("playing", {.total = options.episodes * (spec.step_limit + 1), .terminal = is_terminal()},
                            std::cerr);
  int64_t steps = 0;
  const evaluation::EpisodeHooks hooks{
      .on_step =
          [&](size_t number, env::Environment& environment, const env::Observation& observation) {
            progress.update(++steps);
            if (number == 0 && !options.video.empty()) film.add(environment, observation);
          },
      .stop_requested = stop_requested};
  Played played;
  const auto receive = [&](int64_t number, const data::Episode& episode) {
    played.evaluation.add(episode);
    if (options.out.empty()) return;
    const fs::path file = fs::path(options.out) / (data::episode_name(number) + ".npz");
    data::write_episode(file, episode, spec.sensors);
    played.files.push_back(file.string());
  };
  const bool finished = evaluation::roll_out(agent, environments, options.episodes, seed, receive, hooks);
  progress.clear();
  return finished ? std::optional(std::move(played)) : std::nullopt;
}

int play(const RolloutOptions& options) {
  at_least("--episodes", options.episodes, 1);
  at_least("--seed", options.seed, 0);
  Player player = choose_player(options);
  const run::ExperimentConfig& config = player.config;
  run::set_up_processor(config);
  env::EnvironmentPool environments = env::make_environment_pool(
      config.environment, std::min(options.episodes, kSideBySide), run::thread_count(config.threads));
  const auto agent = take_agent(player, environments.spec());
  if (!options.out.empty()) refuse_unless_free(options.out);
  const std::vector<env::SensorSpec>& sensors = environments.spec().sensors;
  if (!options.video.empty() &&
      std::ranges::find(sensors, env::SensorKind::kImage, &env::SensorSpec::kind) == sensors.end()) {
    fmt::print(stderr, "no sensor is an image, so the video shows the world only\n");
  }
  const uint64_t seed = evaluation::evaluation_seed(static_cast<uint64_t>(options.seed));
  const StartsFile starts(options.starts, config.environment.task, seed, options.episodes);
  presentation::Film film(options.video);
  const std::optional<Played> played = play_episodes(options, *agent, environments, seed, film);
  if (!played) return stop_exit_code();
  starts.write();
  close_film(film, config.environment.task);
  print_result(options, config, *played);
  return 0;
}

int replay_file(const RolloutOptions& options) {
  const env::SuiteTask task = env::find_recorded_task(options.task);
  const env::Recording recording = env::read_recording(options.replay);
  // Everything is computed before anything is written.
  std::string picture, played;
  if (!options.frame.empty()) {
    env::SuiteView view{.sensors = {"state"}};
    if (!options.camera.empty()) view.camera = options.camera;
    picture = report::encode_png(env::picture_of_start(task, recording, view, options.height, options.width));
  }
  played = env::replay(task, recording);
  if (!options.frame.empty()) write_file_atomically(options.frame, picture);
  if (!options.out.empty()) write_file_atomically(options.out, played);

  if (options.json) {
    const nlohmann::ordered_json result = {{"task", options.task},
                                           {"episodes", recording.episodes.size()},
                                           {"probes", recording.probes.size()},
                                           {"out", options.out},
                                           {"frame", options.frame}};
    std::cout << json_text(result, 2) << '\n';
    return 0;
  }
  fmt::print("{}: {} episodes and {} probes replayed\n", options.task, recording.episodes.size(),
             recording.probes.size());
  if (!options.out.empty()) fmt::print("replay: {}\n", options.out);
  if (!options.frame.empty()) fmt::print("frame: {}\n", options.frame);
  fmt::print("next:  vrkn rollout --task {} --video {}.mp4\n", options.task, options.task);
  return 0;
}

int play_or_replay(const RolloutOptions& options) {
  return options.replay.empty() ? play(options) : replay_file(options);
}

}  // namespace

void add_rollout_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RolloutOptions>();
  CLI::App* command = app.add_subcommand("rollout", "Play episodes of a task and keep them, or replay recorded ones");
  auto* task_option =
      command->add_option("--task", options->task, "the task, as vrkn tasks lists them (default: the configuration's)")
          ->type_name("NAME");
  command->add_option("--policy", options->policy, "who acts: random, zero (no action), or a run directory's agent")
      ->capture_default_str()
      ->type_name("NAME|DIR");
  add_count(*command, "--episodes", options->episodes, "how many");
  add_count(*command, "--seed", options->seed, "of the episodes and the policy");
  command
      ->add_option("--out", options->out, "folder, new or empty, for the episodes as .npz; with --replay: a JSON file")
      ->type_name("PATH");
  command
      ->add_option("--video", options->video,
                   "film the first episode, what the agent sees beside the world: .mp4, .webm or .gif")
      ->type_name("FILE");
  add_starts_option(*command, options->starts);
  options->source.add_options(*command);
  const char* shortcut = "short for --set environment.";
  command->add_option("--sensors", options->sensors, std::string(shortcut) + "sensors=..., such as image,state")
      ->type_name("A,B");
  command->add_option("--image-size", options->image_size, std::string(shortcut) + "image_size=...")->type_name("N");
  command->add_option("--camera", options->camera, std::string(shortcut) + "camera=...")->type_name("NAME");
  command->add_option("--action-repeat", options->action_repeat, std::string(shortcut) + "action_repeat=...")
      ->type_name("N");
  command->add_option("--transition-noise", options->transition_noise, std::string(shortcut) + "transition_noise=...")
      ->type_name("STD");
  auto* replay_option =
      command
          ->add_option("--replay", options->replay, "play the recorded actions of this file from its recorded states")
          ->type_name("FILE")
          ->needs(task_option);
  for (const char* name : {"--policy", "--episodes", "--seed", "--video", "--config", "--preset", "--set", "--starts",
                           "--sensors", "--image-size", "--action-repeat", "--transition-noise"}) {
    replay_option->excludes(command->get_option(name));
  }
  auto* frame_option =
      command->add_option("--frame", options->frame, "with --replay: a picture of the first start, .png")
          ->type_name("FILE")
          ->needs(replay_option);
  add_count(*command, "--width", options->width, "of --frame, pixels")->needs(frame_option);
  add_count(*command, "--height", options->height, "of --frame, pixels")->needs(frame_option);
  command->add_flag("--json", options->json, "print the result for machines");
  command->footer(
      "Examples:\n"
      "  vrkn rollout --task cartpole_swingup --episodes 3 --out episodes --video swingup.mp4\n"
      "  vrkn rollout --task cartpole_balance --policy zero --sensors image --image-size 64 --transition-noise 0.3\n"
      "  vrkn rollout --policy runs/default-seed1 --set environment.picture=fast --video agent.mp4\n"
      "  vrkn rollout --task cartpole_swingup --replay recorded.json --out replayed.json --frame start.png");
  on_call(*command, exit_code, options, play_or_replay);
}

}  // namespace vrkn::app
