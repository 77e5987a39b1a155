#pragma once

#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/model/world_model.h"

namespace vrkn::evaluation {

/// How wrong the model is about each next step of an episode: the squared difference of what came and what it expected,
/// over the likelihood's variance, mean over all elements of all valid readings. Entry t is about step t + 1, [L - 1];
/// NaN where no reading is valid. About 1 where the likelihood's variance is learned and the state is known.
///
/// Nothing is drawn at random: MAP weights, and the mean in place of every sample, as an exported run filters without
/// noise (docs/export.md). Missing readings, hidden pixels and sensors of weight 0, whose variance is infinite, do not
/// count, nor does the reward. L >= 2, else LibTorch's own error (c10::Error). Throws ConfigError when the model
/// reconstructs no sensor, ShapeError when the episode does not fit the sensors.
std::vector<double> prediction_errors(model::WorldModel& model, const data::Episode& episode,
                                      math::TensorGenerator& rng);

}  // namespace vrkn::evaluation
