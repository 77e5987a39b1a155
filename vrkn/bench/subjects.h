#pragma once

#include "vrkn/bench/subject.h"

namespace vrkn::bench {

/// One update of all weights of an agent from a random batch, and where its time goes.
BenchReport bench_train_step(const run::ExperimentConfig& config, const BenchOptions& options);

/// The model's inference over a batch of sequences from random embeddings, with the KL of the bound, forwards and
/// backwards to all weights and to the embeddings: no encoders, no decoders.
BenchReport bench_recurrence(const run::ExperimentConfig& config, const BenchOptions& options);

/// One decision of a PlaNet agent: an observation filtered, a plan searched, the next step predicted.
BenchReport bench_plan(const run::ExperimentConfig& config, const BenchOptions& options);

/// One decision of any agent with a model, in one environment.
BenchReport bench_act(const run::ExperimentConfig& config, const BenchOptions& options);

/// A forecast with its uncertainty from one belief, of all that the model reconstructs and of less.
BenchReport bench_forecast(const run::ExperimentConfig& config, const BenchOptions& options);

/// Every sensor's encoder and decoder on a batch, forwards and backwards.
BenchReport bench_codec(const run::ExperimentConfig& config, const BenchOptions& options);

/// Sampling batches from a replay that does not fit into the processor's caches.
BenchReport bench_replay(const run::ExperimentConfig& config, const BenchOptions& options);

/// Physics of all suite tasks beside bare mj_step; pictures of the configured task, if it has the sensor image; pools
/// of eight of its environments.
BenchReport bench_environment(const run::ExperimentConfig& config, const BenchOptions& options);

/// Filter, smoother and statistics of linear-Gaussian models.
BenchReport bench_lgssm(const run::ExperimentConfig& config, const BenchOptions& options);

}  // namespace vrkn::bench
