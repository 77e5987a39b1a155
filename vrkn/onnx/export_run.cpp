#include "vrkn/onnx/export_run.h"

#include <functional>
#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/core/version.h"
#include "vrkn/onnx/exported_graphs.h"
#include "vrkn/onnx/model_json.h"
#include "vrkn/onnx/safetensors.h"

namespace vrkn::onnx {
namespace {

/// A graph's file.
ExportedFile graph_file(const std::string& name, const Graph& graph, const run::TrainedRun& run) {
  const std::string documentation =
      "What the run " + run.directory.path().filename().string() + " has learned; model.json describes it.";
  return {.name = name + ".onnx",
          .content = graph.model("vrkn", version(), documentation),
          .inputs = graph.inputs(),
          .outputs = graph.outputs()};
}

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

void append_weights(NamedTensors& tensors, const torch::nn::Module& module, const std::string& name) {
  for (const auto& item : module.named_parameters()) tensors.emplace_back(name + "." + item.key(), item.value());
  for (const auto& item : module.named_buffers()) tensors.emplace_back(name + "." + item.key(), item.value());
}

std::string weights_file(const run::TrainedRun& run) {
  NamedTensors tensors;
  append_weights(tensors, run.model(), "world_model");
  if (const torch::nn::Module* policy = run.agent->policy()) append_weights(tensors, *policy, "actor");
  return safetensors(tensors);
}

}  // namespace

std::vector<std::filesystem::path> export_run(const run::TrainedRun& run, const std::filesystem::path& folder) {
  if (!run.has_model()) {
    throw ConfigError("the run " + run.directory.path().string() +
                      " has learned nothing that could be exported: its agent acts at random");
  }
  std::vector<ExportedFile> files;
  const auto add = [&](const std::string& name, const std::function<bool(Graph&)>& build) {
    Graph graph(name);
    if (build(graph)) files.push_back(graph_file(name, graph, run));
  };
  add("filter", [&](Graph& graph) { return add_filter(graph, run), true; });
  add("decode", [&](Graph& graph) { return add_decoders(graph, run); });
  add("imagine", [&](Graph& graph) { return add_imagination(graph, run), true; });
  add("policy", [&](Graph& graph) { return add_policy(graph, run), true; });
  files.push_back({.name = "model.safetensors", .content = weights_file(run)});
  files.push_back({.name = "model.json", .content = json_text(model_json(run, files), 2) + "\n"});

  std::vector<std::filesystem::path> written;
  for (const ExportedFile& file : files) {
    written.push_back(folder / file.name);
    write_file_atomically(written.back(), file.content);
  }
  return written;
}

}  // namespace vrkn::onnx
