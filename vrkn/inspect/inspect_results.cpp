#include <algorithm>

#include "vrkn/inspect/inspect_files.h"

namespace vrkn::inspect {

namespace fs = std::filesystem;

Inspection inspect_results(const fs::path& path, const std::string& name) {
  const bool imagined = fs::exists(path / "summary.json");
  Inspection inspection{.name = name, .what = imagined ? "imagined episodes" : "predictions with their uncertainty"};
  const std::string head = imagined ? "summary.json" : "calibration.json";
  inspection.parts.push_back(inspect_json(path / head, head));
  std::vector<fs::path> arrays;
  int64_t pictures = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".npz") arrays.push_back(entry.path());
    if (ending == ".png" || ending == ".svg" || ending == ".mp4") ++pictures;
  }
  std::ranges::sort(arrays);
  inspection.facts = {{"episodes", static_cast<int64_t>(arrays.size())}, {"pictures and videos", pictures}};
  if (arrays.empty()) inspection.faults.emplace_back("there is no episode in it");
  for (const fs::path& file : arrays) {
    inspection.parts.push_back(inspect_arrays(file, fs::relative(file, path).string()));
  }
  return inspection;
}

}  // namespace vrkn::inspect
