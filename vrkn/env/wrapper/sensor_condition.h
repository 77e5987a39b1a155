#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vrkn/core/random.h"
#include "vrkn/env/wrapper/wrapper.h"

namespace vrkn::env {

/// A condition on what one sensor says: each of its readings, the reset's included, is changed before it is passed on.
/// Other sensors, rewards and `render` stay as they are.
class SensorCondition : public Wrapper {
 public:
  TimeStep reset(uint64_t seed) final;
  TimeStep step(std::span<const double> action) final;

 protected:
  /// `condition`: the name of the condition's random stream; the index in it is that of the sensor.
  /// Throws ConfigError when `inner` has no sensor of that name.
  SensorCondition(std::unique_ptr<Environment> inner, std::string_view sensor, std::string condition);

  size_t sensor_index() const { return index_; }
  const SensorSpec& sensor() const { return spec().sensors[index_]; }

 private:
  /// An episode begins; all that is random in it is drawn from `random`.
  virtual void begin(ScalarGenerator random) = 0;
  /// Changes the reading of one agent step.
  virtual void apply(Reading& reading) = 0;

  std::string condition_;
  size_t index_;
};

}  // namespace vrkn::env
