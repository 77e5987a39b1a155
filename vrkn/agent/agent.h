#pragma once

#include <string>
#include <vector>

#include <torch/serialize/archive.h>

#include "vrkn/data/batch.h"
#include "vrkn/data/statistics.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/model/belief.h"
#include "vrkn/model/world_model.h"
#include "vrkn/nn/adam.h"

namespace vrkn::agent {

class Disagreement;

/// How to act.
struct ActOptions {
  math::TensorGenerator& rng;
  bool dropout = false;            ///< Monte Carlo dropout: on while collecting, off for evaluation
  double exploration_noise = 0.0;  ///< >= 0, standard deviation of the Gaussian noise added to the action
  bool sample_policy = false;      ///< sample a stochastic policy: on while collecting; off: act with its median
};

/// What one update of the weights reports: names and one vector of values on the agent's device: one transfer for
/// all.
struct UpdateReport {
  std::vector<std::string> names;
  at::Tensor values;  ///< [names.size()]
};

/// Something that acts and learns. It owns its networks and optimisers; what it remembers of an episode belongs to the
/// caller. One instance acts in many environments at once: leading B everywhere.
class Agent {
 public:
  virtual ~Agent() = default;

  /// What the agent remembers before the first observation of `batch` episodes, >= 1.
  virtual model::Belief begin(int64_t batch, ActOptions options) = 0;

  /// Filters the observations (leading B, any device) into `belief`, and returns actions [B, A] in [-1, 1], on the
  /// host. The exploration noise is part of the action returned, which the belief holds for the next prediction. Throws
  /// ShapeError when the observations do not fit the sensors; PlaNet's also NumericalError when an imagined return is
  /// not finite.
  virtual at::Tensor act(model::Belief& belief, const data::Observations& observations, ActOptions options) = 0;

  /// True for agents that learn from batches.
  virtual bool learns() const = 0;
  /// Mean and spread of each sensor, by which readings are normalised. Once, before the first update.
  /// Throws ShapeError unless there is one entry for each sensor.
  virtual void set_statistics(const std::vector<data::SensorStatistics>& statistics) = 0;
  /// This agent is one of several, in processes of their own, that keep equal weights: each learns from its share of a
  /// batch, and `mean` makes of their gradients that of the whole, for the losses are means over a batch.
  virtual void all_reduce_gradients(const nn::GradientMean& mean) = 0;
  /// From now on updates use the learning rates of the configuration times `factor`, > 0; of a restored agent, too.
  virtual void scale_learning_rates(double factor) = 0;
  /// One update of all weights from a batch. Throws ShapeError when it does not fit the sensors.
  virtual UpdateReport update(const data::Batch& batch, math::TensorGenerator& rng) = 0;

  /// Puts the running averages of the weights in their place, where the configuration keeps some, and the newest
  /// weights in theirs; again: back. Averages are for acting and evaluation (AveragedWeights), the newest weights for
  /// learning.
  virtual void exchange_averages() = 0;

  /// The world model, for reconstructions and studies; null where there is none.
  virtual model::WorldModel* world_model() const = 0;
  /// What is unknown of the next state, for studies; null where no ensemble learns it.
  virtual Disagreement* disagreement() const { return nullptr; }
  /// The network that chooses actions; null where none does.
  virtual const torch::nn::Module* policy() const { return nullptr; }
  /// Where it computes.
  virtual c10::Device device() const = 0;

  /// Weights and optimiser state. load throws DataError when the archive does not fit.
  virtual void save(torch::serialize::OutputArchive& archive) const = 0;
  virtual void load(torch::serialize::InputArchive& archive) = 0;
};

}  // namespace vrkn::agent
