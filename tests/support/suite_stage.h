#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn {

/// A control-suite task on its scene, without an environment around them.
struct SuiteStage {
  explicit SuiteStage(std::string_view name)
      : entry(entry_named(name)), physics(load_model(entry.scene)), task(entry.make(physics.model())) {}

  static SuiteTask entry_named(std::string_view name) {
    for (const SuiteTask& each : suite_tasks()) {
      if (each.facts.name == name) return each;
    }
    throw ConfigError("there is no task " + std::string(name));
  }

  /// Begins an episode as SuiteEnvironment does.
  void begin(RandomStream& random) {
    physics.reset();
    physics.forward();
    task->initialise(physics, random);
    physics.forward();
  }

  /// Puts the joints and the controls somewhere; no velocities: at rest; no controls: all zero.
  SuiteStage& at(const std::vector<double>& position, std::vector<double> velocity = {},
                 const std::vector<double>& control = {}) {
    velocity.resize(static_cast<size_t>(physics.model().nv));
    physics.restore({.position = position, .velocity = velocity});
    if (!control.empty()) physics.set_control(control);
    return *this;
  }

  double reward() const { return task->reward(physics); }

  /// The reward in a state, under controls, as `at` takes them.
  double reward(const std::vector<double>& position, const std::vector<double>& velocity,
                const std::vector<double>& control = {}) {
    return at(position, velocity, control).reward();
  }

  /// The component `name` of the task's observation.
  std::vector<double> observed(std::string_view name) const {
    for (const Component& component : task->observe(physics)) {
      if (component.name == name) return component.values;
    }
    throw ConfigError("nothing observed is named " + std::string(name));
  }

  /// The initial states of `resets` episodes as `read` sees them: one list per value that it returns.
  std::vector<std::vector<double>> over_resets(int resets,
                                               const std::function<std::vector<double>(const Physics&)>& read) {
    RandomStream random(1);
    std::vector<std::vector<double>> values;
    for (int i = 0; i < resets; ++i) {
      begin(random);
      const std::vector<double> now = read(physics);
      values.resize(now.size());
      for (size_t k = 0; k < now.size(); ++k) values[k].push_back(now[k]);
    }
    return values;
  }

  SuiteTask entry;
  Physics physics;
  std::unique_ptr<Task> task;
};

/// Positions, then velocities.
inline std::vector<double> position_and_velocity(const Physics& physics) {
  std::vector<double> values = physics.state().position;
  const std::vector<double> velocity = physics.state().velocity;
  values.insert(values.end(), velocity.begin(), velocity.end());
  return values;
}

inline void expect_near(const std::vector<double>& expected, const std::vector<double>& found, double tolerance) {
  ASSERT_EQ(expected.size(), found.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(expected[i], found[i], tolerance) << "value " << i;
}

/// Expects every value of `sample` to be `value`, to the last digit.
inline void expect_constant(const std::vector<double>& sample, double value) {
  EXPECT_TRUE(std::ranges::all_of(sample, [=](double x) { return x == value; })) << "not always " << value;
}

/// `count` numbers, uniform in [-scale, scale].
inline std::vector<double> uniform_values(RandomStream& random, size_t count, double scale) {
  std::vector<double> values(count);
  for (double& value : values) value = random.uniform(-scale, scale);
  return values;
}

}  // namespace vrkn
