#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vrkn/math/total_variance.h"
#include "vrkn/model/world_model.h"

namespace vrkn::model {

/// How many outcomes the uncertainty of a prediction is estimated from.
struct OutcomeCounts {
  int64_t draws = 10;    ///< M: of the weights, >= 2
  int64_t samples = 10;  ///< K: of the state, for each draw of the weights, >= 2
  /// Where models that linearise their dynamics do so (VRKN): at the belief's mean, as the paper's model is defined, so
  /// that all samples of a belief follow the same linear dynamics; or each sample at itself, so that their distance
  /// grows and shrinks as the learned network says. Other models know no difference.
  bool around_samples = false;
};

/// Futures of B beliefs along the given actions [B, H, A]: after each of them, features [B, M, K, F]. Every draw of the
/// weights holds for its K samples and all H steps, whatever the model's own policy of when to draw. A sample begins
/// with a state of its own from the belief, which is taken as given: what weights were used to reach it does not
/// matter. Models without dropout have one draw, M = 1, with all M * K samples. No gradient. Throws ShapeError when the
/// actions do not fit the belief.
std::vector<at::Tensor> sample_futures(StateSpaceModel& model, const Belief& belief, const at::Tensor& actions,
                                       OutcomeCounts counts, math::TensorGenerator& rng);

/// The same, where each of the M * K states goes on in `ways` ways: [B, M, K, ways, F]. What differs between the ways
/// is the noise of the dynamics alone. ways >= 1. Throws as sample_futures.
std::vector<at::Tensor> sample_branching_futures(StateSpaceModel& model, const Belief& belief,
                                                 const at::Tensor& actions, OutcomeCounts counts, int64_t ways,
                                                 math::TensorGenerator& rng);

/// What values are measured in.
enum class Units {
  kNetwork,  ///< as the networks see them: vectors standardised, pixels in [-0.5, 0.5), rewards as they are
  kRaw,      ///< as the sensors read them: vectors as they are, pixels from 0 to 255, rewards as they are
};

/// What is predicted of one quantity: the mean, and all that the variance of a value to come consists of, in the same
/// units. Values in other units are of another type, and the noise travels with the parts, so that a variance in one
/// unit cannot meet a mean in another.
template <Units kUnits>
struct Predicted {
  at::Tensor mean;       ///< [B, H', ...]; in raw units of the sensor's own type, of images uint8
  at::Tensor aleatoric;  ///< the same sizes, >= 0: of the mean that the decoder gives, by the state
  at::Tensor epistemic;  ///< the same sizes, >= 0: of that mean, by the weights
  at::Tensor noise;      ///< of the likelihood around that mean, a constant: spreads over the others

  /// False for what was not asked for; all tensors are undefined then.
  bool defined() const { return mean.defined(); }
  /// The sum of the three variances.
  at::Tensor variance() const;
  /// The Gaussian of a value to come: mean and variance().
  math::DiagonalGaussian predictive() const { return {mean, variance()}; }
};

/// What is predicted of the chosen steps ahead, H' of them.
template <Units kUnits>
struct Forecast {
  std::vector<int64_t> steps;              ///< [H'] steps ahead, rising: what the second axis stands for
  std::vector<Predicted<kUnits>> sensors;  ///< of every sensor of the model, by its number
  Predicted<kUnits> reward;                ///< [B, H']
};

/// Which of the values to come are wanted. What is not is not decoded, and nothing is imagined beyond the last step.
struct ForecastSelection {
  /// By number; unset: all, or none where the model does not reconstruct.
  std::optional<std::vector<size_t>> sensors = {};
  std::optional<std::vector<int64_t>> steps = {};  ///< ahead, rising, each from 1 to H; unset: all
  bool reward = true;
};

/// The numbers of the sensors of these names, for ForecastSelection. Throws ConfigError for a name that is no sensor's,
/// naming those there are, and for one that comes twice.
std::vector<size_t> find_sensors(const std::vector<env::SensorSpec>& sensors, const std::vector<std::string>& names);

/// The aleatoric and the epistemic part of the chosen sensors and rewards 1 ... H steps ahead, by the law of total
/// variance over draws of the weights (outer) and samples of the state (inner), and the likelihoods' noise. What is
/// chosen changes what is computed and not its values. Arguments as for sample_futures. Throws ShapeError for a count
/// below 2, ConfigError for a choice that there is not: a sensor that the model does not reconstruct, a step
/// outside 1 ... H, nothing at all.
Forecast<Units::kNetwork> forecast(WorldModel& model, const Belief& belief, const at::Tensor& actions,
                                   OutcomeCounts counts, math::TensorGenerator& rng,
                                   const ForecastSelection& selection = {});

/// The same in raw units, variances in their squares. Means of images become uint8. `codec`: of the sensor that
/// `predicted` is of, which must be defined. Sizes that do not fit give LibTorch's own error (c10::Error).
Predicted<Units::kRaw> in_raw_units(const Codec& codec, const Predicted<Units::kNetwork>& predicted);
/// The same of all that is defined. `model`: the one that made the forecast.
Forecast<Units::kRaw> in_raw_units(WorldModel& model, const Forecast<Units::kNetwork>& forecast);

}  // namespace vrkn::model
