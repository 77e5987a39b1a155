#pragma once

#include <vector>

#include <torch/nn/module.h>
#include <torch/serialize/archive.h>

#include "vrkn/agent/ensemble_config.h"
#include "vrkn/agent/report_builder.h"
#include "vrkn/model/state_space_model.h"
#include "vrkn/nn/adam.h"
#include "vrkn/nn/mlp_ensemble.h"

namespace vrkn::agent {

/// How far an ensemble of one-step predictors disagrees about the state that an action leads to (Sekar et al. 2020,
/// "Planning to Explore via Self-Supervised World Models", Section 3.1): large where there was little data, small where
/// there was much, however noisy it is, for every member learns the mean of what comes.
///
/// Members differ by their first weights alone. They predict the features of the next posterior at its mean, each
/// standardised with running moments.
class Disagreement {
 public:
  /// Weights are drawn from `rng` and moved to `device`. config.members >= 2, sizes >= 1.
  Disagreement(const EnsembleConfig& config, int64_t feature_size, int64_t action_size, math::TensorGenerator& rng,
               c10::Device device);

  /// Of features [..., F] and the actions [..., A] that follow: [...] >= 0, root of the variance of the members'
  /// predictions, mean over the features. At 1 members are as far apart as states are from each other. Differentiable.
  at::Tensor of(const at::Tensor& features, const at::Tensor& actions);

  /// One update of the members from inferred sequences, leading [B, T]; actions[t] led into step t. Reports the mean
  /// squared error of a member, the disagreement in the batch, and the norm of the gradient.
  void learn(const model::StateSpaceModel& dynamics, const model::Inference& inference, const at::Tensor& actions,
             ReportBuilder& report);

  /// As Agent::all_reduce_gradients.
  void all_reduce_gradients(const nn::GradientMean& mean);
  /// The learning rate is the configuration's times `factor`, > 0, from now on.
  void scale_learning_rate(double factor) { optimiser_.set_learning_rate(factor * config_.learning_rate); }
  /// The weights of all members.
  std::vector<at::Tensor> parameters() const { return network_.parameters(); }
  /// Weights, moments and optimiser. load throws DataError when the archive does not fit.
  void save(torch::serialize::OutputArchive& archive) const;
  void load(torch::serialize::InputArchive& archive);

 private:
  struct Network : torch::nn::Module {
    Network(const EnsembleConfig& config, int64_t feature_size, int64_t action_size);
    nn::MlpEnsemble members;
    at::Tensor mean, square;  // [F] running, of the features that are predicted
    at::Tensor updates;       // [] double
  };
  /// Moves the running moments towards those of targets [..., F]: the plain mean of the first kAveraged batches, from
  /// then on with a weight of 1 / kAveraged for the newest.
  void learn_moments(const at::Tensor& targets);
  /// Targets [..., F] in the units that members predict.
  at::Tensor standardise(const at::Tensor& targets) const;

  static constexpr double kAveraged = 100.0;

  EnsembleConfig config_;
  Network network_;
  nn::Adam optimiser_;
  nn::GradientMean mean_over_processes_;
};

}  // namespace vrkn::agent
