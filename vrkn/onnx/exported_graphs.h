#pragma once

#include "vrkn/onnx/graph.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::onnx {

// What a run has learned as graphs: inputs and outputs as docs/export.md lists them. All rows, [batch, ...], are worlds
// of their own. Numbers drawn at random are inputs; their axes may be of length 1, so that one number serves for all.
//
// Each throws ConfigError when a sensor has the name of another input or output.

/// The filter: a belief, the action that followed it and what the sensors say now -> the posterior, and its features.
void add_filter(Graph& graph, const run::TrainedRun& run);

/// The decoders: features -> mean and variance of what every sensor reads and of the reward. Sensors whose decoder was
/// not learned, because they weigh nothing in the loss, are left out. Returns false, with nothing added, when that
/// leaves none.
bool add_decoders(Graph& graph, const run::TrainedRun& run);

/// Imagination: a belief and the actions of H steps -> the belief after each of them, features, and mean and variance
/// of vectors and rewards.
void add_imagination(Graph& graph, const run::TrainedRun& run);

/// Who acts. Dreamer: features -> action. PlaNet: a belief and the noise of its candidate plans -> action and plan.
void add_policy(Graph& graph, const run::TrainedRun& run);

}  // namespace vrkn::onnx
