#include "python/src/training.h"

#include <algorithm>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "python/src/experiment.h"
#include "python/src/world.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/own_world.h"
#include "vrkn/env/sensor_choice.h"
#include "vrkn/env/task_list.h"
#include "vrkn/evaluation/evaluation.h"
#include "vrkn/evaluation/rollout.h"
#include "vrkn/presentation/calibration_report.h"
#include "vrkn/presentation/run_film.h"
#include "vrkn/report/run_sinks.h"
#include "vrkn/run/memory_need.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/resumable.h"
#include "vrkn/run/trained_run.h"
#include "vrkn/training/offline_trainer.h"
#include "vrkn/training/rollback.h"
#include "vrkn/training/trainer.h"

namespace vrkn::python {
namespace {

/// What vrkn.training.Outcome is made of.
using Outcome = nb::typed<nb::dict, nb::str, nb::any>;

/// What Python wants to be told, and may say, while a run goes on. Called with Python's lock.
struct Listener {
  nb::object on_record;    ///< (kind, env_step, iteration, {name: value}, {name: picture}); may be None
  nb::object on_progress;  ///< (what, done, total); may be None
  nb::object should_stop;  ///< () -> bool

  training::LoopHooks hooks() const {
    return {.stop_requested =
                [this] {
                  const nb::gil_scoped_acquire lock;
                  return nb::cast<bool>(should_stop());
                },
            .on_progress =
                [this](std::string_view what, int64_t done, int64_t total) {
                  const nb::gil_scoped_acquire lock;
                  if (!on_progress.is_none()) on_progress(nb::str(what.data(), what.size()), done, total);
                }};
  }
};

/// Hands every record to Python.
class PythonSink final : public MetricSink {
 public:
  explicit PythonSink(const Listener& listener) : listener_(listener) {}

  void write(const MetricRecord& record) override {
    const nb::gil_scoped_acquire lock;
    nb::dict values;
    for (const Metric& metric : record.metrics) values[metric.name.c_str()] = metric.value;
    tell(record.kind, record.env_step, record.iteration, values, nb::dict());
  }
  void write(const ImageRecord& record) override {
    const nb::gil_scoped_acquire lock;
    nb::dict pictures;
    pictures[record.name.c_str()] = to_numpy(record.image);
    tell("image", record.env_step, 0, nb::dict(), pictures);
  }
  void flush() override {}

 private:
  void tell(const std::string& kind, int64_t env_step, int64_t iteration, const nb::dict& values,
            const nb::dict& pictures) const {
    if (!listener_.on_record.is_none()) listener_.on_record(kind, env_step, iteration, values, pictures);
  }

  const Listener& listener_;
};

/// The checkpoint to go on from; nothing for a run that has none yet.
std::optional<run::Checkpoint> find_checkpoint(const run::RunDirectory& run, const std::string& name) {
  if (name.empty() && run.checkpoints().empty()) return std::nullopt;
  return std::optional<run::Checkpoint>(run.find_checkpoint(name));
}

Outcome outcome_of(const run::RunDirectory& run, const run::TrainingProgress& progress, training::RunOutcome outcome) {
  Outcome result;
  result["path"] = run.path();
  result["finished"] = outcome == training::RunOutcome::kFinished;
  result["iterations"] = progress.iteration;
  result["updates"] = progress.updates;
  result["env_steps"] = progress.env_steps;
  result["last_return"] = progress.evaluated_iteration < 0 ? nb::none() : nb::object(nb::float_(progress.last_return));
  return result;
}

/// Worlds as Python makes them, under the conditions of the configuration; of the configuration alone where
/// `make_world` is None. It must outlive the factory.
training::EnvironmentFactory world_factory(const nb::object& make_world, const env::EnvironmentConfig& config) {
  if (make_world.is_none()) return [config] { return env::make_environment(config); };
  return [&make_world, config] {  // copies of Python's objects would need its lock
    std::unique_ptr<env::Environment> world;
    {
      const nb::gil_scoped_acquire lock;
      world = make_python_world(make_world());
    }
    return env::with_conditions(std::move(world), config);
  };
}

/// Settings that say what world a run is of.
Settings settings_of(const env::EnvironmentSpec& world) {
  std::vector<std::string> names;
  for (const env::SensorSpec& sensor : world.sensors) names.push_back(sensor.name);
  Settings settings = {fmt::format("environment.task={}{}", env::kOwnWorldPrefix, world.name),
                       fmt::format("environment.sensors={}", fmt::join(names, ",")),
                       fmt::format("environment.action_repeat={}", world.action_repeat)};
  const auto is_image = [](const env::SensorSpec& sensor) { return sensor.kind == env::SensorKind::kImage; };
  const auto image = std::ranges::find_if(world.sensors, is_image);
  if (image != world.sensors.end()) settings.push_back(fmt::format("environment.image_size={}", image->shape[1]));
  return settings;
}

/// A warning of Python's.
void warn(const std::string& sentence) {
  const nb::gil_scoped_acquire lock;
  nb::module_::import_("warnings").attr("warn")(sentence);
}

Outcome run_trainer_from(const std::optional<run::Checkpoint>& checkpoint, int64_t rollbacks,
                         const run::ExperimentConfig& config, const run::RunDirectory& run,
                         const nb::object& make_world, const Listener& listener) {
  std::optional<training::RunOutcome> outcome;
  run::TrainingProgress progress;
  {
    const nb::gil_scoped_release unlock;
    run::set_up_processor(config);
    PythonSink python_sink(listener);
    report::RunSinks sinks(run.metrics(), run.events(), run::sink_positions(checkpoint));
    presentation::RunFilm film(run.videos() / "last-evaluation.mp4");
    training::LoopHooks hooks = listener.hooks();
    const training::TrainerHooks all{.stop_requested = std::move(hooks.stop_requested),
                                     .on_progress = std::move(hooks.on_progress),
                                     .on_last_evaluation =
                                         [&](size_t i, env::Environment& environment) {
                                           if (i == 0) film.add(environment);
                                         },
                                     .on_last_evaluation_end = [&] { film.close(); }};
    training::Trainer trainer(config, run, sinks.with(python_sink), all, world_factory(make_world, config.environment));
    outcome = training::run_from(trainer, checkpoint, rollbacks);
    progress = trainer.progress();
  }
  return outcome_of(run, progress, *outcome);
}

Outcome run_trainer(const run::ExperimentConfig& config, const run::RunDirectory& run,
                    const std::optional<run::Checkpoint>& checkpoint, const nb::object& make_world,
                    const Listener& listener) {
  return training::run_with_rollbacks(run, config.training.rollbacks, checkpoint, warn,
                                      [&](const std::optional<run::Checkpoint>& from, int64_t rollbacks) {
                                        return run_trainer_from(from, rollbacks, config, run, make_world, listener);
                                      });
}

Outcome train(const std::string& preset, const std::string& file, Settings settings, const std::string& out,
              const std::string& command, const nb::object& make_world, const std::string& world,
              const Listener& listener) {
  env::EnvironmentSpec spec;
  if (!make_world.is_none()) {
    spec = make_python_world(make_world())->spec();
    for (std::string& setting : settings_of(spec)) settings.push_back(std::move(setting));
  }
  const run::ExperimentConfig config = load_config(preset, file, settings);
  if (make_world.is_none()) spec = env::make_environment(config.environment)->spec();
  config.objective.check_sensors(spec.sensors);
  run::check_memory(config, spec);
  const run::RunDirectory run = run::RunDirectory::create(out, config, command);
  if (!world.empty()) write_file_atomically(run.path() / "world.json", world);
  return run_trainer(config, run, {}, make_world, listener);
}

Outcome resume_training(const std::string& path, const std::string& checkpoint, const Settings& settings,
                        const std::string& command, const nb::object& make_world, const Listener& listener) {
  const run::RunDirectory run = run::RunDirectory::resume(path);
  if (run.is_offline()) throw DataError(path + " learns from files, not by acting");
  const std::optional<run::Checkpoint> from = find_checkpoint(run, checkpoint);
  const run::ExperimentConfig config = run.config(settings);
  run::go_on_with(run, from, config, command, [&] {
    if (make_world.is_none()) return run::check_memory(config);
    run::check_memory(config, make_python_world(make_world())->spec());
  });
  return run_trainer(config, run, from, make_world, listener);
}

Outcome run_fit_from(const std::optional<run::Checkpoint>& checkpoint, int64_t rollbacks,
                     const run::ExperimentConfig& config, const run::RunDirectory& run, const run::FitData& data,
                     const Listener& listener) {
  std::optional<training::RunOutcome> outcome;
  run::TrainingProgress progress;
  {
    const nb::gil_scoped_release unlock;
    run::set_up_processor(config);
    PythonSink python_sink(listener);
    report::RunSinks sinks(run.metrics(), run.events(), run::sink_positions(checkpoint));
    training::OfflineTrainer trainer(config, run, data, sinks.with(python_sink), listener.hooks());
    outcome = training::run_from(trainer, checkpoint, rollbacks);
    progress = trainer.progress();
    if (outcome == training::RunOutcome::kFinished && !data.held_out.empty()) {
      const auto calibration = trainer.calibration(evaluation::usual_forecast(data.layout.sensors));
      if (calibration) presentation::write_calibration(run.calibration(), presentation::calibration_of(*calibration));
    }
  }
  return outcome_of(run, progress, *outcome);
}

Outcome run_fit(const run::ExperimentConfig& config, const run::RunDirectory& run, const run::FitData& data,
                const std::optional<run::Checkpoint>& checkpoint, const Listener& listener) {
  return training::run_with_rollbacks(run, config.training.rollbacks, checkpoint, warn,
                                      [&](const std::optional<run::Checkpoint>& from, int64_t rollbacks) {
                                        return run_fit_from(from, rollbacks, config, run, data, listener);
                                      });
}

Outcome fit(const std::string& folder, const std::string& preset, const std::string& file, const Settings& settings,
            const std::string& out, double held_out, const std::string& layout, const std::string& command,
            const Listener& listener) {
  run::ExperimentConfig config = load_config(preset, file, settings);
  training::check_learns(config.agent);
  const run::FitData data =
      run::prepare_fit(config, data::episode_files(folder), held_out, data::file_layout_from(layout));
  const run::RunDirectory run = run::RunDirectory::create(out, config, command, &data);
  return run_fit(config, run, data, {}, listener);
}

Outcome resume_fit(const std::string& path, const std::string& checkpoint, const Settings& settings,
                   const std::string& command, const Listener& listener) {
  const run::RunDirectory run = run::RunDirectory::resume(path);
  if (!run.is_offline()) throw DataError(path + " learns by acting, not from files");
  const run::FitData data = run::read_fit_data(run.data());
  const std::optional<run::Checkpoint> from = find_checkpoint(run, checkpoint);
  const run::ExperimentConfig config = run.config(settings);
  run::go_on_with(run, from, config, command, [&] { run::check_memory(config, data); });
  return run_fit(config, run, data, from, listener);
}

Arrays to_arrays(const data::Episode& episode, const std::vector<env::SensorSpec>& sensors) {
  Arrays result;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const data::Readings& readings = episode.observations[s];
    result[sensors[s].name.c_str()] = values_to_numpy(readings.values, sensors[s]);
    result[(sensors[s].name + "_valid").c_str()] = to_numpy(readings.valid);
    if (readings.visible.defined()) result[(sensors[s].name + "_visible").c_str()] = to_numpy(readings.visible);
  }
  result["action"] = to_numpy(episode.actions);
  result["reward"] = to_numpy(episode.rewards);
  result["discount"] = to_numpy(episode.discounts);
  return result;
}

/// Plays `count` episodes, at most `side_by_side` at once. A list of episodes; fewer where a stop was requested.
nb::typed<nb::list, Arrays> evaluate(const std::shared_ptr<const run::TrainedRun>& run, int64_t count,
                                     int64_t side_by_side, uint64_t seed, const nb::object& make_world,
                                     const Settings& conditions, const Listener& listener) {
  run::ExperimentConfig config = run->config;
  config::apply_entries(config::parse_overrides(conditions), config);
  std::vector<data::Episode> episodes;
  {
    const nb::gil_scoped_release unlock;
    run::set_up_processor(config);
    const training::EnvironmentFactory make = world_factory(make_world, config.environment);
    env::Environments worlds;
    for (int64_t i = 0; i < std::min(count, side_by_side); ++i) worlds.push_back(make());
    env::EnvironmentPool pool(std::move(worlds), run::thread_count(config.threads));
    run::check_offers(pool.spec(), *run);
    const training::LoopHooks hooks = listener.hooks();
    int64_t steps = 0;
    const evaluation::EpisodeHooks watch{.on_step =
                                             [&](size_t i, env::Environment& environment, const env::Observation&) {
                                               if (i == 0)
                                                 hooks.on_progress("evaluating", steps++,
                                                                   environment.spec().step_limit);
                                             },
                                         .stop_requested = hooks.stop_requested};
    const auto receive = [&](int64_t, const data::Episode& episode) { episodes.push_back(episode); };
    evaluation::roll_out(*run->agent, pool, count, evaluation::evaluation_seed(seed), receive, watch);
  }
  nb::typed<nb::list, Arrays> result;
  for (const data::Episode& episode : episodes) result.append(to_arrays(episode, run->spec.sensors));
  return result;
}

}  // namespace

void bind_training(nb::module_& module) {
  nb::class_<Listener>(module, "Listener")
      .def(
          "__init__",
          [](Listener* place, nb::object on_record, nb::object on_progress, nb::object should_stop) {
            new (place) Listener{std::move(on_record), std::move(on_progress), std::move(should_stop)};
          },
          nb::arg("on_record").none(), nb::arg("on_progress").none(), nb::arg("should_stop"));
  module.def("train", &train, nb::arg("preset"), nb::arg("file"), nb::arg("settings"), nb::arg("out"),
             nb::arg("command"), nb::arg("make_world").none(), nb::arg("world"), nb::arg("listener"));
  module.def("resume_training", &resume_training, nb::arg("path"), nb::arg("checkpoint"), nb::arg("settings"),
             nb::arg("command"), nb::arg("make_world").none(), nb::arg("listener"));
  module.def("fit", &fit, nb::arg("folder"), nb::arg("preset"), nb::arg("file"), nb::arg("settings"), nb::arg("out"),
             nb::arg("held_out"), nb::arg("layout"), nb::arg("command"), nb::arg("listener"));
  module.def("resume_fit", &resume_fit, nb::arg("path"), nb::arg("checkpoint"), nb::arg("settings"), nb::arg("command"),
             nb::arg("listener"));
  module.def("evaluate", &evaluate, nb::arg("run"), nb::arg("count"), nb::arg("side_by_side"), nb::arg("seed"),
             nb::arg("make_world").none(), nb::arg("conditions"), nb::arg("listener"));
  module.def(
      "is_own_world", [](const std::string& task) { return env::is_own_world(task); }, nb::arg("task"));
}

}  // namespace vrkn::python
