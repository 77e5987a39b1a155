#include "vrkn/inspect/inspect.h"

#include "vrkn/core/error.h"
#include "vrkn/inspect/inspect_files.h"

namespace vrkn::inspect {

namespace fs = std::filesystem;

Inspection inspect_file(const fs::path& path, const std::string& name, const std::string& what,
                        const std::function<void(Inspection&)>& look) {
  Inspection inspection{.name = name, .what = what};
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) {
    inspection.faults.push_back("it cannot be read: " + error.message());
    return inspection;
  }
  inspection.facts.push_back({"bytes", static_cast<int64_t>(size)});
  try {
    look(inspection);
  } catch (const InputError& fault) {
    inspection.faults.emplace_back(fault.what());
  }
  return inspection;
}

Inspection inspect(const fs::path& path) {
  if (!fs::exists(path)) throw DataError("there is nothing at " + path.string());
  const std::string name = path.filename().string(), ending = path.extension().string(), shown = path.string();
  if (fs::is_directory(path)) {
    if (fs::exists(path / "config.toml") || fs::exists(path / "metrics.jsonl")) return inspect_run(path, shown);
    if (fs::exists(path / "calibration.json") || fs::exists(path / "summary.json")) return inspect_results(path, shown);
  } else if (ending == ".ckpt") {
    return inspect_checkpoint(path, shown);
  } else if (ending == ".npz") {
    Inspection inspection = inspect_arrays(path, shown);
    if (!inspection.what.empty()) return inspection;
  } else if (name == "metrics.jsonl") {
    return inspect_metrics(path, shown);
  } else if (name.find("tfevents") != std::string::npos) {
    return inspect_events(path, shown);
  } else if (ending == ".toml") {
    return inspect_config(path, shown);
  } else if (ending == ".mp4") {
    return inspect_video(path, shown);
  } else if (is_known_json(name)) {
    return inspect_json(path, shown);
  }
  throw DataError(shown + " is nothing that vrkn writes into a run directory or a folder of results");
}

}  // namespace vrkn::inspect
