#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/data/npz.h"
#include "vrkn/math/calibration.h"
#include "vrkn/math/recalibration.h"
#include "vrkn/math/running_mean.h"
#include "vrkn/model/uncertainty.h"

namespace vrkn::evaluation {

/// How far ahead is predicted, from how many outcomes, and what of it is compared.
struct ForecastOptions {
  int64_t horizon = 10;  ///< H, agent steps, >= 1
  model::OutcomeCounts counts = {};
  /// Of a model that does not reconstruct, sensors may be chosen all the same: they have innovations.
  model::ForecastSelection selection = {};
  /// Unset: predictions are compared as they are. Set: as recalibrated, each quantity that is predicted at each step.
  std::optional<math::Recalibrations> recalibrations = {};
};

/// 10 steps ahead, from 10 draws of the weights and 10 samples of the state; with an image among the sensors from 4 and
/// 4, for each outcome is then a picture to be decoded.
ForecastOptions usual_forecast(std::span<const env::SensorSpec> sensors);

/// What predictions so many steps ahead were worth, in network units.
struct HorizonAccount {
  int64_t steps_ahead = 0;
  /// Of N(mean, aleatoric + epistemic + likelihood's); visible pixels of masked images only.
  math::Calibration calibration;
  math::RunningMean aleatoric, epistemic;
  /// Normalised innovation squared of the latent observation, per latent dimension, under the MAP weights. No numbers
  /// in models that do not filter in latent space, and none for the reward.
  math::RunningMean innovation;
  int64_t latent_dim = 0;  ///< Z of these innovations; 0 where there are none
};

/// One episode of gaps: from every step from which all chosen steps ahead lie within the episode, no reading is used.
/// Means over these starts and, where there is a truth, over the values that count, [H'], network units.
struct GapCurve {
  std::vector<double> variance;       ///< aleatoric and epistemic part; of the latent state, of its belief
  std::vector<double> squared_error;  ///< empty of the latent state
};

/// The steps at the beginning of an episode in which a filter that starts from p(z_0) still settles.
inline constexpr int64_t kEarlySteps = 5;

/// The gaps of the episodes that are long enough and have a value at every step.
struct GapCurves {
  std::vector<GapCurve> all;    ///< whenever they begin
  std::vector<GapCurve> early;  ///< those that begin in the first kEarlySteps steps of the episode
};

/// One sensor, or the reward.
struct QuantityAccount {
  std::string name;
  std::optional<size_t> sensor;          ///< its number; none: the reward
  at::Tensor likelihood_var;             ///< WorldModel::sensor_var or reward_var, network units: [] or [size]
  std::vector<HorizonAccount> horizons;  ///< [H'] of the chosen steps ahead
  GapCurves gaps = {};
};

/// Filters episodes with a world model (MAP weights), predicts from the posterior of every step with the actions that
/// were then taken, and keeps account of what came true. Missing readings do not count.
class UncertaintyEvaluation {
 public:
  /// `model` must outlive the evaluation. Throws ConfigError for options out of range, for a choice of sensors or steps
  /// that there are not, and for a prediction to be recalibrated of which no recalibration was fitted.
  UncertaintyEvaluation(model::WorldModel& model, ForecastOptions options);

  /// Takes in one episode and returns what was predicted at each of its L steps, as arrays whose entry [t, i] is of
  /// step t + steps_ahead[i], NaN where the episode has no such step (docs/uncertainty.md lists them). Throws
  /// NumericalError when a prediction is not finite.
  std::vector<data::NamedArray> add(const data::Episode& episode, math::TensorGenerator& rng);

  /// The chosen sensors in the model's order, then the reward if it is chosen. What has no weight in the model's
  /// objective is not predicted: such sensors have innovations only, such a reward nothing.
  const std::vector<QuantityAccount>& quantities() const { return quantities_; }
  /// The latent state in the same gaps: the mean variance of the belief, predicted with the MAP weights, over its
  /// dimensions.
  const GapCurves& latent_gaps() const { return latent_gaps_; }
  /// What would have made the predictions calibrated, of everything that was compared. Throws DataError naming the
  /// quantity and the step where these were too few values.
  math::Recalibrations fit_recalibrations() const;
  const std::vector<int64_t>& steps_ahead() const { return steps_; }
  const ForecastOptions& options() const { return options_; }

 private:
  /// Predicts on from all posteriors with the MAP weights: how the belief's variance goes, and the innovations of the
  /// chosen sensors at the chosen steps. Adds both to the account and returns the innovations, [L, H'] for each
  /// sensor of the model; undefined for one that is not chosen, nothing for models without innovations.
  std::vector<at::Tensor> account_beliefs(const model::Belief& posteriors, const model::SensorEmbeddings& embeddings,
                                          const at::Tensor& windows, math::TensorGenerator& rng);
  /// Compares predictions made at the steps first ... first + B - 1 with `truth` [L, ...], where `counts`, bool of
  /// truth's sizes.
  struct GapSums;
  static void account_forecast(QuantityAccount& quantity, GapSums& gaps,
                               const model::Predicted<model::Units::kNetwork>& predicted, int64_t first,
                               const at::Tensor& truth, const at::Tensor& counts);

  model::WorldModel& model_;
  ForecastOptions options_;
  std::vector<int64_t> steps_;          // ahead, those that are compared
  model::ForecastSelection predicted_;  // what the model is asked for
  std::vector<QuantityAccount> quantities_;
  GapCurves latent_gaps_;
};

}  // namespace vrkn::evaluation
