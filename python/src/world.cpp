#include "python/src/world.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "python/src/experiment.h"
#include "python/src/without_lock.h"
#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/task_list.h"

namespace vrkn::python {
namespace {

env::SensorSpec sensor_of(const std::string& name, const std::vector<int64_t>& shape) {
  if (shape.size() == 1) return {.name = name, .kind = env::SensorKind::kVector, .shape = shape};
  if (shape.size() == 3) {
    return {.name = name, .kind = env::SensorKind::kImage, .shape = {shape[2], shape[0], shape[1]}};
  }
  throw ShapeError("the sensor " + name + " is neither an image [H, W, C] nor a vector [size]");
}

class PythonWorld final : public env::Environment {
 public:
  explicit PythonWorld(nb::object world) : world_(std::move(world)), spec_(spec_of(world_)) {}
  PythonWorld(const PythonWorld&) = delete;
  PythonWorld& operator=(const PythonWorld&) = delete;
  ~PythonWorld() override {
    const nb::gil_scoped_acquire lock;
    try {
      world_.attr("close")();
    } catch (nb::python_error& error) {
      error.discard_as_unraisable("a world that is closed");
    }
    world_.reset();
  }

  const env::EnvironmentSpec& spec() const override { return spec_; }

  env::TimeStep reset(uint64_t seed) override {
    const nb::gil_scoped_acquire lock;
    return {.observation = observation(nb::cast<nb::dict>(world_.attr("reset")(seed)))};
  }

  env::TimeStep step(std::span<const double> action) override {
    if (static_cast<int64_t>(action.size()) != spec_.action_size) {
      throw ShapeError("An action has " + std::to_string(action.size()) + " components, expected " +
                       std::to_string(spec_.action_size) + ".");
    }
    const nb::gil_scoped_acquire lock;
    const at::Tensor copy = at::tensor(at::ArrayRef<double>(action.data(), action.size()), c10::kDouble);
    const auto [readings, reward, is_last, discount] =
        nb::cast<std::tuple<nb::dict, double, bool, double>>(world_.attr("step")(to_numpy(copy)));
    return {.observation = observation(readings), .reward = reward, .is_last = is_last, .discount = discount};
  }

  std::optional<Image> render(int height, int width) override {
    const nb::gil_scoped_acquire lock;
    const nb::object picture = world_.attr("render")(height, width);
    if (picture.is_none()) return std::nullopt;
    return to_image(nb::cast<AnyArray>(picture));
  }

 private:
  env::Observation observation(const nb::dict& readings) const {
    env::Observation result;
    for (const env::SensorSpec& sensor : spec_.sensors) {
      const nb::object value =
          readings.contains(sensor.name.c_str()) ? nb::object(readings[sensor.name.c_str()]) : nb::none();
      result.sensors.push_back(to_reading(value, sensor));
    }
    return result;
  }

  nb::object world_;
  env::EnvironmentSpec spec_;
};

Readings readings_of(const env::Observation& observation, const std::vector<env::SensorSpec>& sensors) {
  Readings readings;
  for (size_t s = 0; s < sensors.size(); ++s) {
    readings[sensors[s].name.c_str()] = to_python(observation.sensors[s], sensors[s]);
    if (sensors[s].masked) {
      readings[(sensors[s].name + "_visible").c_str()] = visible_to_numpy(observation.sensors[s], sensors[s]);
    }
  }
  return readings;
}

using Step = std::tuple<Readings, double, bool, double>;

Step step_of(const env::TimeStep& step, const env::Environment& world) {
  return {readings_of(step.observation, world.spec().sensors), step.reward, step.is_last, step.discount};
}

}  // namespace

env::EnvironmentSpec spec_of(const nb::object& world) {
  env::EnvironmentSpec spec{.name = nb::cast<std::string>(world.attr("name")),
                            .sensors = {},
                            .action_size = nb::cast<int64_t>(world.attr("action_size")),
                            .action_repeat = nb::cast<int64_t>(world.attr("action_repeat")),
                            .step_limit = nb::cast<int64_t>(world.attr("step_limit"))};
  using Sensors = std::vector<std::tuple<std::string, std::vector<int64_t>>>;
  for (const auto& [name, shape] : nb::cast<Sensors>(world.attr("sensors")))
    spec.sensors.push_back(sensor_of(name, shape));
  env::check_sensors(spec.sensors);
  return spec;
}

std::unique_ptr<env::Environment> make_python_world(nb::object world) {
  return std::make_unique<PythonWorld>(std::move(world));
}

void bind_worlds(nb::module_& module) {
  nb::class_<env::SensorSpec>(module, "Sensor", "What one sensor delivers.")
      .def_ro("name", &env::SensorSpec::name, "Its name, the key of its readings.")
      .def_prop_ro(
          "is_image", [](const env::SensorSpec& s) { return s.kind == env::SensorKind::kImage; },
          "True for images, uint8; else the readings are vectors of floats.")
      .def_prop_ro("shape", &python_shape, "Of one reading: (H, W, 3) or (size,).")
      .def_ro("masked", &env::SensorSpec::masked, "Whether readings say which pixels show the world.")
      .def("__repr__", [](const env::SensorSpec& s) {
        return nb::str("Sensor(name='{}', shape={})").format(s.name, python_shape(s));
      });

  nb::class_<env::Environment>(module, "World", "A world of the library. One instance belongs to one thread at a time.")
      .def_prop_ro("name", [](const env::Environment& w) { return w.spec().name; })
      .def_prop_ro("sensors", [](const env::Environment& w) { return w.spec().sensors; })
      .def_prop_ro("action_size", [](const env::Environment& w) { return w.spec().action_size; })
      .def_prop_ro("action_repeat", [](const env::Environment& w) { return w.spec().action_repeat; })
      .def_prop_ro("step_limit", [](const env::Environment& w) { return w.spec().step_limit; })
      .def(
          "reset",
          [](env::Environment& world, uint64_t seed) {
            const env::TimeStep step = without_lock([&] { return world.reset(seed); });
            return readings_of(step.observation, world.spec().sensors);
          },
          nb::arg("seed"), "Begins an episode, a function of the seed; returns its readings.")
      .def(
          "step",
          [](env::Environment& world,
             const nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>& action) {
            const env::TimeStep step = without_lock([&] { return world.step({action.data(), action.size()}); });
            return step_of(step, world);
          },
          nb::arg("action"),
          "Applies an action [A], each component in [-1, 1]; returns (readings, reward, is_last, discount).")
      .def(
          "render",
          [](env::Environment& world, int height, int width) -> std::optional<NumpyBytes> {
            const std::optional<Image> image = without_lock([&] { return world.render(height, width); });
            if (!image) return std::nullopt;
            return NumpyBytes(to_numpy(*image));
          },
          nb::arg("height"), nb::arg("width"), "A picture uint8 [H, W, 3], or None where the world has none.");

  module.def(
      "make_world", [](const Settings& settings) { return env::make_environment(environment_config(settings)); },
      nb::arg("settings"), "The world that settings of the table `environment` describe.");
  module.def(
      "task_names",
      [] {
        std::vector<std::string> names;
        for (const env::TaskSpec& task : env::all_tasks()) names.push_back(task.name);
        return names;
      },
      "The names of all tasks.");
}

}  // namespace vrkn::python
