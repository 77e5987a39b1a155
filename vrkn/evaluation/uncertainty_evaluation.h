#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/data/npz.h"
#include "vrkn/math/calibration.h"
#include "vrkn/math/running_mean.h"
#include "vrkn/model/uncertainty.h"

namespace vrkn::evaluation {

/// How far ahead is predicted, and from how many outcomes.
struct ForecastOptions {
  int64_t horizon = 10;  ///< H, agent steps, >= 1
  model::OutcomeCounts counts = {};
};

/// Ten steps ahead, of fewer outcomes where each of them is a picture to be decoded.
ForecastOptions usual_forecast(std::span<const env::SensorSpec> sensors);

/// What predictions so many steps ahead were worth, in network units.
struct HorizonAccount {
  math::Calibration
      calibration;  ///< of N(mean, aleatoric + epistemic + likelihood's); visible pixels of masked images only
  math::RunningMean aleatoric, epistemic;
  /// Normalised innovation squared of the latent observation, per latent dimension, under the MAP weights. No numbers
  /// in models that do not filter in latent space, and none for the reward.
  math::RunningMean innovation;
};

/// One sensor, or the reward.
struct QuantityAccount {
  std::string name;
  at::Tensor likelihood_var;             ///< WorldModel::sensor_var or reward_var: [] or [size]
  std::vector<HorizonAccount> horizons;  ///< entry h - 1: h steps ahead
};

/// Filters episodes with a world model (MAP weights), predicts from the posterior of every step with the actions that
/// were then taken, and keeps account of what came true. Missing readings do not count.
class UncertaintyEvaluation {
 public:
  /// `model` must outlive the evaluation. Throws ConfigError for options out of range.
  UncertaintyEvaluation(model::WorldModel& model, ForecastOptions options);

  /// Takes in one episode and returns what was predicted at each of its L steps, as arrays whose entry [t, h-1] is of
  /// step t + h, NaN where the episode has no such step (docs/uncertainty.md lists them). Throws NumericalError when a
  /// prediction is not finite.
  std::vector<data::NamedArray> add(const data::Episode& episode, math::TensorGenerator& rng);

  /// The sensors in their order, then the reward. What has no weight in the model's objective is not predicted: such
  /// sensors have innovations only, such a reward nothing.
  const std::vector<QuantityAccount>& quantities() const { return quantities_; }
  const ForecastOptions& options() const { return options_; }

 private:
  /// The innovations of all sensors h = 1 ... H steps ahead: adds them to the account and returns [L, H] for each
  /// sensor.
  std::vector<at::Tensor> account_innovations(const model::Belief& posteriors,
                                              const model::SensorEmbeddings& embeddings, const at::Tensor& windows,
                                              math::TensorGenerator& rng);
  /// Compares predictions made at the steps first ... first + B - 1 with `truth` [L, ...], where `counts`, bool of
  /// truth's sizes.
  void account_forecast(QuantityAccount& quantity, const math::VarianceParts& parts, int64_t first,
                        const at::Tensor& truth, const at::Tensor& counts) const;

  model::WorldModel& model_;
  ForecastOptions options_;
  std::vector<QuantityAccount> quantities_;
};

}  // namespace vrkn::evaluation
