#pragma once

#include <vector>

#include "vrkn/math/total_variance.h"
#include "vrkn/model/world_model.h"

namespace vrkn::model {

/// How many outcomes the uncertainty of a prediction is estimated from.
struct OutcomeCounts {
  int64_t draws = 10;    ///< M: of the weights, >= 2
  int64_t samples = 10;  ///< K: of the state, for each draw of the weights, >= 2
};

/// Futures of B beliefs along the given actions [B, H, A]: after each of them, features [B, M, K, F]. Every draw of the
/// weights holds for its K samples and all H steps, whatever the model's own policy of when to draw. A sample begins
/// with a state of its own from the belief, which is taken as given: what weights were used to reach it does not
/// matter. Models without dropout have one draw, M = 1, with all M * K samples. No gradient. Throws ShapeError when the
/// actions do not fit the belief.
std::vector<at::Tensor> sample_futures(StateSpaceModel& model, const Belief& belief, const at::Tensor& actions,
                                       OutcomeCounts counts, math::TensorGenerator& rng);

/// What is predicted 1 ... H steps ahead of the means that the decoders give, in network units. The likelihoods' own
/// variance, WorldModel::sensor_var and reward_var, is a constant and in neither part.
struct Forecast {
  std::vector<math::VarianceParts> sensors;  ///< [B, H, ...] each; none where the model does not reconstruct
  math::VarianceParts reward;                ///< [B, H]
};

/// The aleatoric and the epistemic part of the predicted sensors and rewards, by the law of total variance over draws
/// of the weights (outer) and samples of the state (inner). Arguments as for sample_futures. Throws ShapeError for a
/// count below 2.
Forecast forecast(WorldModel& model, const Belief& belief, const at::Tensor& actions, OutcomeCounts counts,
                  math::TensorGenerator& rng);

/// The Gaussian of a value to come: the mean, and the sum of both parts and the likelihood's variance.
math::DiagonalGaussian predictive(const math::VarianceParts& parts, const at::Tensor& likelihood_var);

/// The same in the units of the sensor's raw readings; for sensors of the kind kVector.
math::VarianceParts in_raw_units(const Codec& codec, const math::VarianceParts& parts);

}  // namespace vrkn::model
