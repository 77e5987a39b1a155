#include "vrkn/env/suite/replay.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/model_field.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/task_list.h"

namespace vrkn::env {
namespace {

using OrderedJson = nlohmann::ordered_json;

// Errors say where they happened.
template <class Work>
decltype(auto) at(const std::string& place, const Work& work) {
  try {
    return work();
  } catch (const ShapeError& error) {
    throw ShapeError(place + ": " + error.what());
  } catch (const ConfigError& error) {
    throw ConfigError(place + ": " + error.what());
  } catch (const SimulationError& error) {
    throw SimulationError(place + ": " + error.what());
  }
}

OrderedJson observation(SuiteEnvironment& environment, const Recording& recording) {
  OrderedJson components = OrderedJson::object();
  for (const Component& component : environment.task().observe(environment.physics())) {
    const std::string name(component.name);
    const auto known = recording.is_number.find(name);
    const bool number = known != recording.is_number.end() && known->second && component.values.size() == 1;
    components[name] = number ? OrderedJson(component.values[0]) : OrderedJson(component.values);
  }
  return components;
}

OrderedJson record(SuiteEnvironment& environment, const Recording& recording, OrderedJson reward) {
  const PhysicsState state = environment.physics().state();
  return {{"qpos", state.position},
          {"qvel", state.velocity},
          {"qacc_warmstart", state.warm_start},
          {"obs", observation(environment, recording)},
          {"reward", std::move(reward)}};
}

OrderedJson fields(const RecordedState& state) {
  OrderedJson entries = OrderedJson::array();
  for (const ModelField& entry : state.model_fields) {
    entries.push_back({{"field", entry.field}, {"id", entry.row}, {"value", entry.value}});
  }
  return entries;
}

// An environment for one recorded start after the other, made anew when something was written into its scene.
class Stage {
 public:
  explicit Stage(const SuiteTask& task) : task_(task) {}

  SuiteEnvironment& begin(const RecordedState& start) {
    if (!environment_ || written_) environment_.emplace(task_, SuiteView{.sensors = {"state"}});
    written_ = !start.model_fields.empty();
    begin_recorded(*environment_, start);
    return *environment_;
  }

 private:
  const SuiteTask& task_;
  std::optional<SuiteEnvironment> environment_;
  bool written_ = false;
};

OrderedJson play(Stage& stage, const Recording& recording, const RecordedEpisode& episode) {
  SuiteEnvironment& environment = at("reset", [&]() -> SuiteEnvironment& { return stage.begin(episode.start); });
  OrderedJson played = {{"model_fields", fields(episode.start)},
                        {"reset", record(environment, recording, nullptr)},
                        {"actions", episode.actions},
                        {"steps", OrderedJson::array()}};
  for (size_t t = 0; t < episode.actions.size(); ++t) {
    const StepResult outcome =
        at("actions[" + std::to_string(t) + "]", [&] { return environment.advance(episode.actions[t]); });
    played["steps"].push_back(record(environment, recording, outcome.reward));
  }
  return played;
}

OrderedJson evaluate(Stage& stage, const Recording& recording, const RecordedProbe& probe) {
  SuiteEnvironment& environment = stage.begin(probe.state);
  Physics& physics = environment.physics();
  physics.set_control(probe.control);
  return {{"model_fields", fields(probe.state)},        {"qpos", probe.state.physics.position},
          {"qvel", probe.state.physics.velocity},       {"ctrl", probe.control},
          {"obs", observation(environment, recording)}, {"reward", environment.task().reward(physics)}};
}

}  // namespace

SuiteTask find_recorded_task(std::string_view name) {
  std::optional<SuiteTask> task = find_suite_task(name);
  if (task) return std::move(*task);
  throw ConfigError("task is \"" + find_task(name).name +
                    "\", which is none of the control suite's, so it has no recordings to replay");
}

void begin_recorded(SuiteEnvironment& environment, const RecordedState& start) {
  for (const ModelField& entry : start.model_fields) {
    write_model_field(environment.physics().editable_model(), entry.field, entry.row, entry.value);
  }
  environment.begin_at(start.physics);
}

std::string replay(const SuiteTask& task, const Recording& recording) {
  OrderedJson result = {{"task", task.spec.name}, {"episodes", OrderedJson::array()}, {"probes", OrderedJson::array()}};
  Stage stage(task);
  for (size_t i = 0; i < recording.episodes.size(); ++i) {
    at("episodes[" + std::to_string(i) + "]",
       [&] { result["episodes"].push_back(play(stage, recording, recording.episodes[i])); });
  }
  for (size_t i = 0; i < recording.probes.size(); ++i) {
    at("probes[" + std::to_string(i) + "]",
       [&] { result["probes"].push_back(evaluate(stage, recording, recording.probes[i])); });
  }
  return result.dump(1) + "\n";
}

Image picture_of_start(const SuiteTask& task, const Recording& recording, const SuiteView& view, int height,
                       int width) {
  if (recording.episodes.empty()) throw DataError("the recording has no episode, so there is no picture of a start");
  SuiteEnvironment environment(task, view);
  begin_recorded(environment, recording.episodes[0].start);
  return environment.render(height, width).value();
}

}  // namespace vrkn::env
