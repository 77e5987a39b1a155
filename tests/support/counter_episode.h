#pragma once

#include <vector>

#include "vrkn/data/episode.h"

namespace vrkn {

/// Sensors "image" [3, 4, 4], masked, and "state" [2].
inline std::vector<env::SensorSpec> counter_sensors() {
  return {{"image", env::SensorKind::kImage, {3, 4, 4}, /*masked=*/true}, {"state", env::SensorKind::kVector, {2}}};
}

/// An episode whose every number says where it belongs: state = {number, t}, image pixels = t, action = reward = t; the
/// image is missing at odd t, and else its pixel number t modulo 16 is hidden.
inline data::Episode counter_episode(int number, int length) {
  data::EpisodeBuilder builder(counter_sensors(), 1);
  for (int t = 0; t < length; ++t) {
    env::TimeStep step;
    step.reward = t;
    env::Reading image, state;
    image.image.assign(48, static_cast<uint8_t>(t));
    image.visible.assign(16, 1);
    image.visible[static_cast<size_t>(t) % 16] = 0;
    if (t % 2 == 1) env::mark_missing(image);
    state.vector = {static_cast<double>(number), static_cast<double>(t)};
    step.observation.sensors = {image, state};
    const double action[] = {static_cast<double>(t)};
    builder.add(step, action);
  }
  return builder.build();
}

}  // namespace vrkn
