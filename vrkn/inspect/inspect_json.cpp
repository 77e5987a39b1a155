#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/file.h"
#include "vrkn/inspect/inspect_files.h"

namespace vrkn::inspect {
namespace {

/// A JSON file that vrkn writes.
struct KnownFile {
  const char* name;
  const char* what;
  std::vector<const char*> keys;  ///< that it must have
};

const KnownFile* find(const std::string& name) {
  static const std::vector<KnownFile> kFiles = {
      {"environment.json",
       "what a run was made with and on",
       {"vrkn", "commit", "libtorch", "mujoco", "blas", "processor", "threads", "device", "seed", "command",
        "started"}},
      {"data.json", "the files that a run learns from", {"sensors", "action_size", "training", "held_out"}},
      {"held-out.json",
       "the newest look at held-out episodes",
       {"updates", "episodes", "sequences", "bound", "open_loop"}},
      {"calibration.json",
       "how sure predictions were, and how right",
       {"horizon", "draws", "samples", "noise", "curve_levels", "quantities"}},
      {"recalibration.json",
       "what predictions are corrected by",
       {"updates", "checkpoint", "seed", "episodes", "quantities"}},
      {"monitor.json",
       "what another world is noticed by",
       {"updates", "checkpoint", "seed", "episodes", "window", "false_alarms", "threshold"}},
      {"summary.json",
       "the errors of imagined episodes",
       {"task", "context", "horizon", "samples", "episodes", "runs"}}};
  const auto found = std::ranges::find(kFiles, name, [](const KnownFile& file) { return std::string(file.name); });
  return found == kFiles.end() ? nullptr : &*found;
}

/// A number or a text as it is; of lists and tables how many entries they have.
Fact fact_of(const std::string& key, const nlohmann::ordered_json& value) {
  if (value.is_string()) return {key, value.get<std::string>()};
  if (value.is_number_integer()) return {key, value.get<int64_t>()};
  if (value.is_number()) return {key, value.get<double>()};
  if (value.is_structured()) return {key, fmt::format("{} entries", value.size())};
  return {key, value.dump()};
}

}  // namespace

void add_commit(const std::filesystem::path& run, Inspection& inspection) {
  if (!std::filesystem::exists(run / "environment.json")) return;
  for (const Fact& fact : inspect_json(run / "environment.json", "").facts) {
    if (fact.name == "commit") inspection.facts.push_back(fact);
  }
}

bool is_known_json(const std::string& name) {
  return find(name) != nullptr;
}

Inspection inspect_json(const std::filesystem::path& path, const std::string& name) {
  const KnownFile& known = *find(path.filename().string());
  return inspect_file(path, name, known.what, [&](Inspection& inspection) {
    const std::string content = read_file(path);
    const auto json = nlohmann::ordered_json::parse(content, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      inspection.faults.emplace_back("it is no JSON object, or cut short");
      return;
    }
    for (const auto& [key, value] : json.items()) inspection.facts.push_back(fact_of(key, value));
    for (const char* key : known.keys) {
      if (!json.contains(key)) inspection.faults.push_back(fmt::format("'{}' is missing", key));
    }
  });
}

}  // namespace vrkn::inspect
