#pragma once

#include <vector>

#include "vrkn/env/wrapper/occluder.h"
#include "vrkn/env/wrapper/sensor_condition.h"

namespace vrkn::env {

/// Occluders drift over the readings of an image sensor, which becomes masked: a pixel whose centre is covered has the
/// colour of the nearest occluder and is not visible, every other one is as it was. What `render` shows stays clear.
/// Source: the paper's tasks with occlusions; its authors used recorded clips, these are generated. reset and step
/// throw ShapeError when an image has not the size that its spec says.
class Occlusion final : public SensorCondition {
 public:
  /// Throws ConfigError unless `sensor` is an image sensor of `inner`, and when a number is out of its range.
  Occlusion(std::unique_ptr<Environment> inner, std::string_view sensor, const OcclusionConfig& config);

  const EnvironmentSpec& spec() const override { return spec_; }

 private:
  void begin(ScalarGenerator random) override;
  void apply(Reading& reading) override;

  OcclusionConfig config_;
  EnvironmentSpec spec_;
  std::vector<Occluder> occluders_;  // as they are at the reset
  int64_t steps_ = 0;
};

}  // namespace vrkn::env
