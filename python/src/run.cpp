#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python/src/experiment.h"
#include "python/src/filter.h"
#include "python/src/without_lock.h"
#include "vrkn/config/fields.h"
#include "vrkn/run/recalibration_file.h"

namespace vrkn::python {
namespace {

using Run = std::shared_ptr<const run::TrainedRun>;

Run load(const std::string& path, const std::string& checkpoint, const Settings& settings) {
  const nb::gil_scoped_release unlock;
  return std::make_shared<const run::TrainedRun>(run::load_run(path, checkpoint, settings));
}

/// Mean, aleatoric, epistemic and noise variance.
using Parts = nb::typed<nb::tuple, nb::any, nb::any, nb::any, nb::any>;

Arrays reconstruction(Filter& filter) {
  Arrays result;
  const auto& sensors = filter.run().spec.sensors;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const at::Tensor values = without_lock([&] { return filter.reconstruct(s); });
    result[sensors[s].name.c_str()] = values_to_numpy(values, sensors[s]);
  }
  return result;
}

Parts to_parts(const model::Predicted<model::Units::kRaw>& predicted, const env::SensorSpec* sensor) {
  const auto convert = [&](const at::Tensor& tensor) {
    return sensor == nullptr ? to_numpy(tensor) : values_to_numpy(tensor, *sensor);
  };
  const at::Tensor noise = predicted.noise.expand_as(predicted.aleatoric);
  return nb::make_tuple(convert(predicted.mean), convert(predicted.aleatoric), convert(predicted.epistemic),
                        convert(noise));
}

/// The steps that are foreseen, the chosen sensors, and the reward or None.
using Imagined = nb::typed<nb::tuple, std::vector<int64_t>, nb::typed<nb::dict, nb::str, Parts>, std::optional<Parts>>;

Imagined imagined(Filter& filter, const FloatArray& actions, int64_t draws, int64_t samples,
                  const std::optional<std::vector<std::string>>& sensor_names,
                  const std::optional<std::vector<int64_t>>& steps, bool reward) {
  const at::Tensor plan = to_tensor(AnyArray(actions));
  const auto& sensors = filter.run().spec.sensors;
  model::ForecastSelection selection{.steps = steps, .reward = reward};
  if (sensor_names) selection.sensors = model::find_sensors(sensors, *sensor_names);
  const auto forecast =
      without_lock([&] { return filter.imagine(plan, {.draws = draws, .samples = samples}, selection); });
  nb::dict found;
  for (size_t s = 0; s < forecast.sensors.size(); ++s) {
    if (forecast.sensors[s].defined()) found[sensors[s].name.c_str()] = to_parts(forecast.sensors[s], &sensors[s]);
  }
  nb::object foreseen = nb::none();
  if (forecast.reward.defined()) foreseen = to_parts(forecast.reward, nullptr);
  return nb::make_tuple(forecast.steps, found, foreseen);
}

/// What a run's predictions are corrected by.
run::RecalibrationFile recalibration(const Run& run) {
  const nb::gil_scoped_release unlock;
  return run::load_recalibration(*run);
}

/// Half of the central interval of probability `level`, in deviations, for each of these steps ahead.
std::vector<double> half_widths(const run::RecalibrationFile* fitted, const std::string& quantity,
                                const std::vector<int64_t>& steps, double level) {
  std::vector<double> found;
  for (const int64_t step : steps) {
    const math::Recalibration one =
        fitted == nullptr ? math::Recalibration() : find_recalibration(fitted->recalibrations, quantity, step);
    found.push_back(one.half_width(level));
  }
  return found;
}

Arrays belief(const Filter& filter) {
  const model::Belief now = without_lock([&] { return filter.belief(); });
  Arrays result;
  result["mean"] = to_numpy(now.mean);
  result["var"] = to_numpy(now.var);
  if (now.memory.defined()) result["memory"] = to_numpy(now.memory);
  return result;
}

void bind_filter(nb::module_& module) {
  nb::class_<Filter>(module, "Filter", "The beliefs of B episodes as they go on.")
      .def(nb::init<Run, int64_t, uint64_t>(), nb::arg("run"), nb::arg("batch"), nb::arg("seed"))
      .def_prop_ro("batch", &Filter::batch)
      .def("belief", &belief)
      .def("features",
           [](const Filter& filter) { return NumpyFloats(to_numpy(without_lock([&] { return filter.features(); }))); })
      .def(
          "predict",
          [](Filter& filter, const FloatArray& action) {
            const at::Tensor applied = to_tensor(AnyArray(action));
            without_lock([&] { filter.predict(applied); });
          },
          nb::arg("action"))
      .def(
          "update",
          [](Filter& filter, const Readings& readings) {
            const data::Observations now = to_observations(readings, filter.run().spec.sensors, filter.batch());
            without_lock([&] { filter.update(now); });
          },
          nb::arg("readings"))
      .def(
          "act",
          [](Filter& filter, const Readings& readings) {
            const data::Observations now = to_observations(readings, filter.run().spec.sensors, filter.batch());
            return NumpyFloats(to_numpy(without_lock([&] { return filter.act(now); })));
          },
          nb::arg("readings"))
      .def("reconstruct", &reconstruction)
      .def("reward",
           [](Filter& filter) { return NumpyFloats(to_numpy(without_lock([&] { return filter.reward(); }))); })
      .def("imagine", &imagined, nb::arg("actions"), nb::arg("draws"), nb::arg("samples"), nb::arg("sensors").none(),
           nb::arg("steps").none(), nb::arg("reward"));
}

}  // namespace

void bind_runs(nb::module_& module) {
  nb::class_<run::TrainedRun>(module, "TrainedRun", "What a run has learned.")
      .def_prop_ro("path", [](const run::TrainedRun& r) { return r.directory.path(); })
      .def_ro("checkpoint", &run::TrainedRun::checkpoint)
      .def_prop_ro("task", [](const run::TrainedRun& r) { return r.config.environment.task; })
      .def_prop_ro("sensors", [](const run::TrainedRun& r) { return r.spec.sensors; })
      .def_prop_ro("action_size", [](const run::TrainedRun& r) { return r.spec.action_size; })
      .def_prop_ro("action_repeat",
                   [](const run::TrainedRun& r) { return r.config.environment.resolved_action_repeat(); })
      .def_prop_ro("env_steps", [](const run::TrainedRun& r) { return r.progress.env_steps; })
      .def_prop_ro("updates", [](const run::TrainedRun& r) { return r.progress.updates; })
      .def_prop_ro("has_model", &run::TrainedRun::has_model)
      .def_prop_ro("config_text",
                   [](const run::TrainedRun& r) { return config::to_toml(r.config, config::Comments::kNone); });
  nb::class_<run::RecalibrationFile>(module, "Recalibration", "What a run's predictions are corrected by.")
      .def_ro("updates", &run::RecalibrationFile::updates)
      .def_ro("seed", &run::RecalibrationFile::seed)
      .def_ro("episodes", &run::RecalibrationFile::episodes);
  module.def("recalibration", &recalibration, nb::arg("run"));
  module.def("half_widths", &half_widths, nb::arg("fitted").none(), nb::arg("quantity"), nb::arg("steps"),
             nb::arg("level"));
  module.def("load", &load, nb::arg("path"), nb::arg("checkpoint"), nb::arg("settings"));
  bind_filter(module);
}

}  // namespace vrkn::python
