#pragma once

#include <vector>

#include "vrkn/agent/disagreement.h"
#include "vrkn/data/episode.h"
#include "vrkn/model/uncertainty.h"

namespace vrkn::evaluation {

/// How unexpected an episode is for a model, step by step; the higher, the less it looks like what was learned from.
/// Entry t is about step t + 1, predicted from the posterior of step t; all [L - 1]. NaN where no reading is valid.
struct Surprise {
  /// Of the predicted readings, by the draws of the weights: the mean over all elements of their epistemic variance, as
  /// multiples of the likelihood's. Exactly 0 in models without dropout. What comes is not looked at.
  std::vector<double> epistemic;
  /// Minus the log density of what came under the predictive distribution, nats per element.
  std::vector<double> density;
  /// prediction_errors (prediction_error.h): what came beside the mean prediction, which is all that a control loop
  /// needs to compute.
  std::vector<double> error;
  /// Normalised innovation squared of the latent observations (StateSpaceModel::innovations), mean over sensors with
  /// a valid reading and latent dimensions. Empty in models that do not filter in latent space.
  std::vector<double> innovation;
  /// What the agent's ensemble disagrees about the next state (agent::Disagreement), from the posterior's mean. What
  /// comes is not looked at. Empty without an ensemble.
  std::vector<double> disagreement;
};

/// Filters an episode with the MAP weights and predicts each next step from `counts` outcomes; missing readings and
/// hidden pixels do not count, nor does the reward. `ensemble`: of the model's agent; null: none. Throws ConfigError
/// when the model reconstructs no sensor.
Surprise surprise_of(model::WorldModel& model, const data::Episode& episode, model::OutcomeCounts counts,
                     math::TensorGenerator& rng, agent::Disagreement* ensemble = nullptr);

}  // namespace vrkn::evaluation
