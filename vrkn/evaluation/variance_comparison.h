#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/data/episode.h"
#include "vrkn/evaluation/true_futures.h"
#include "vrkn/model/uncertainty.h"

namespace vrkn::evaluation {

/// How a model's variances are estimated: M draws of the weights, K states under each, R ways from each state.
struct BranchingCounts {
  model::OutcomeCounts outcomes = {.draws = 5, .samples = 5};
  int64_t ways = 4;  ///< R >= 2
};

/// The variance of every element of what is read and earned, over the steps of episodes: the unit in which variances of
/// different elements and tasks are compared. Of pictures one number, the mean over the pixels.
struct Scatter {
  std::vector<at::Tensor> sensors;  ///< double: of vectors [size], of pictures [1]
  at::Tensor reward;                ///< double [1]
};
Scatter scatter_of(std::span<const data::Episode> episodes, std::span<const env::SensorSpec> sensors);

/// Variances of one quantity, means over states and elements, as shares of the scatter. Estimates with the right mean:
/// small ones may come out below 0.
struct VarianceShares {
  double truth = 0.0;       ///< over the futures of one physics state: what the transition noise does
  double reading = 0.0;     ///< of the noise that readings have beside
  double transition = 0.0;  ///< the model's futures of one latent state
  double state = 0.0;       ///< their means, by the belief of the latent state
  double epistemic = 0.0;   ///< these, by the weights
  double noise = 0.0;       ///< of the likelihood
  double error = 0.0;       ///< squared, of the model's mean from the mean of the true futures

  /// All that a model predicts, and all that is: equal in expectation where the model is calibrated.
  double predicted() const { return transition + state + epistemic + noise; }
  double actual() const { return truth + reading + error; }
};

/// One number of steps ahead.
struct VarianceHorizon {
  int64_t steps_ahead = 0;
  std::vector<VarianceShares> episodes;  ///< one entry per episode
  /// Per state of all episodes, means over the elements: whether one follows the other from state to state.
  std::vector<double> truth_by_state, transition_by_state;
};

/// A sensor, or the reward.
struct VarianceQuantity {
  std::string name;
  std::vector<VarianceHorizon> horizons;  ///< [H']
};

/// Compares the variances that a world model predicts, part by part, with those of the world itself.
class VarianceComparison {
 public:
  /// `model` must outlive the comparison. Throws ConfigError for counts below 2.
  VarianceComparison(model::WorldModel& model, BranchOptions options, BranchingCounts counts, Scatter scatter);

  /// Filters an episode with the MAP weights and predicts from the states that `truth` is about, with the actions that
  /// were then taken.
  void add(const data::Episode& episode, const TrueFutures& truth, math::TensorGenerator& rng);

  /// The sensors that the model reconstructs, then the reward if it learns it.
  const std::vector<VarianceQuantity>& quantities() const { return quantities_; }

 private:
  model::WorldModel& model_;
  BranchOptions options_;
  BranchingCounts counts_;
  Scatter scatter_;
  std::vector<VarianceQuantity> quantities_;
};

}  // namespace vrkn::evaluation
