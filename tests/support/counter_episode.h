#pragma once

#include <vector>

#include "vrkn/data/episode.h"

namespace vrkn {

/// Sensors "image" [3, 4, 4] and "state" [2].
inline std::vector<SensorSpec> counter_sensors() {
  return {{"image", SensorKind::kImage, {3, 4, 4}}, {"state", SensorKind::kVector, {2}}};
}

/// An episode whose every number says where it belongs: state = {number, t}, image pixels = t, action = reward = t; the
/// image is missing at odd t.
inline Episode counter_episode(int number, int length) {
  EpisodeBuilder builder(counter_sensors(), 1);
  for (int t = 0; t < length; ++t) {
    TimeStep step;
    step.reward = t;
    Reading image, state;
    image.valid = t % 2 == 0;
    image.image.assign(48, image.valid ? static_cast<uint8_t>(t) : 0);
    state.vector = {static_cast<double>(number), static_cast<double>(t)};
    step.observation.sensors = {image, state};
    const double action[] = {static_cast<double>(t)};
    builder.add(step, action);
  }
  return builder.build();
}

}  // namespace vrkn
