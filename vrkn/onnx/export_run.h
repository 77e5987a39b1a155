#pragma once

#include <filesystem>
#include <vector>

#include "vrkn/run/trained_run.h"

namespace vrkn::onnx {

/// Writes what a run has learned for programs without this library: filter.onnx, decode.onnx, imagine.onnx,
/// policy.onnx, model.safetensors and model.json (docs/export.md). Every file appears whole or not at all, model.json
/// last: a folder without one is no export. decode.onnx is left out where nothing was learned to decode. Returns the
/// files in the order in which they were written.
///
/// Throws ConfigError when the run's agent acts at random, when its planner weighs disagreement
/// (agent.evaluation_disagreement is not 0), for no ensemble is exported, or when a sensor has the name of an input or
/// output of the graphs; DataError when a file cannot be written.
std::vector<std::filesystem::path> export_run(const run::TrainedRun& run, const std::filesystem::path& folder);

}  // namespace vrkn::onnx
