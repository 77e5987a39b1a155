#pragma once

#include <memory>
#include <mutex>

#include "python/src/readings.h"
#include "vrkn/model/uncertainty.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::python {

/// The beliefs of B episodes as they go on: what an agent or a model has at one moment. Everything computes without
/// gradients. Several threads may use one filter, one after the other; call it with Python's lock released, for a call
/// waits for the one before.
class Filter {
 public:
  /// Throws ConfigError for batch < 1 and for a run whose agent has no model.
  Filter(std::shared_ptr<const run::TrainedRun> run, int64_t batch, uint64_t seed);

  /// Time passes: `action` [B, A] was applied. Throws ShapeError when it is of other sizes.
  void predict(const at::Tensor& action);
  /// Takes in what the sensors say now; missing readings are skipped.
  void update(const data::Observations& observations);
  /// Both of a control loop: takes in what the sensors say now, and decides. The belief then is what the agent expects
  /// of the next step. Actions [B, A] in [-1, 1].
  at::Tensor act(const data::Observations& observations);

  /// Raw values [B, ...] that the belief makes a sensor read, and the reward [B].
  at::Tensor reconstruct(size_t sensor);
  at::Tensor reward();
  /// What is expected along actions [B, H, A], of the chosen sensors at the chosen steps.
  model::Forecast<model::Units::kRaw> imagine(const at::Tensor& actions, model::OutcomeCounts counts,
                                              const model::ForecastSelection& selection);

  /// A copy: what is done to it does not change the filter.
  model::Belief belief() const;
  at::Tensor features() const;
  int64_t batch() const { return batch_; }
  const run::TrainedRun& run() const { return *run_; }

 private:
  std::shared_ptr<const run::TrainedRun> run_;
  int64_t batch_;
  mutable std::mutex mutex_;  // guards what follows, and the run's networks
  math::TensorGenerator rng_;
  model::Belief belief_;
};

/// Adds what was learned and what can be done with it.
void bind_runs(nb::module_& module);

}  // namespace vrkn::python
