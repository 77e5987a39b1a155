#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "vrkn/onnx/graph.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::onnx {

/// The version of model.json's format: it grows when programs for the last one could not read it.
inline constexpr int64_t kExportFormat = 1;

/// One file of an export.
struct ExportedFile {
  std::string name;
  std::string content;
  std::vector<Port> inputs = {}, outputs = {};  ///< of graphs
};

/// What a program has to know of an exported run: docs/export.md lists the keys.
nlohmann::ordered_json model_json(const run::TrainedRun& run, const std::vector<ExportedFile>& files);

}  // namespace vrkn::onnx
