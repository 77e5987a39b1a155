#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace deploy {

enum class ElementType { kFloat, kUint8, kBool };

/// Bytes of one element.
size_t size_of(ElementType type);

/// An input or output of a graph.
struct Port {
  std::string name;
  ElementType type;
  std::vector<std::variant<int64_t, std::string>> shape;  ///< lengths of axes, or the names of those that are free
  std::optional<double> neutral;                          ///< of random numbers: the number with which nothing is drawn
};

struct GraphFile {
  std::filesystem::path path;
  std::vector<Port> inputs, outputs;
};

struct SensorSpec {
  std::string name;
  bool image;
  std::vector<int64_t> shape;
  size_t values;  ///< the product of `shape`
  ElementType type;
  std::vector<float> mean, std;  ///< [values], of vectors: of the readings it learned from

  // What it learned with, in control steps.
  int64_t interval_min = 1, interval_max = 1, delay = 0;
  double dropout = 0.0;

  size_t bytes() const { return values * size_of(type); }
};

/// A place in the belief.
struct BeliefPart {
  int64_t offset = 0, size = 0;
};

/// What another world is noticed by: the mean of the latest `window` prediction errors, above `threshold`.
struct MonitorSpec {
  int64_t window = 1;
  double threshold = 0.0;
};

/// What `vrkn export` wrote: docs/export.md.
struct ExportedRun {
  std::filesystem::path folder;
  std::string task, model, agent;
  std::optional<double> step_s = {};  ///< seconds from one decision to the next; unknown for some runs
  int64_t action_size, belief_size, feature_size;
  BeliefPart mean = {}, var = {}, sample = {};
  double dropout_rate;
  std::optional<MonitorSpec> monitor = {};         ///< of runs for which vrkn eval --fit-monitor made one
  std::map<std::string, int64_t> mask_sizes = {};  ///< "mask_input" and so on; empty without Monte Carlo dropout
  std::vector<SensorSpec> sensors = {};
  std::map<std::string, GraphFile> graphs = {};  ///< "filter", "policy", "imagine", mostly "decode"

  bool plans() const { return agent == "planet"; }
};

/// Reads model.json and compares all files with the hashes in it. Throws std::runtime_error, in one sentence that names
/// the file, where something is missing, of another format, or changed.
ExportedRun load_exported_run(const std::filesystem::path& folder);

}  // namespace deploy
