#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace vrkn {

/// A run directory made up for tests: what its configuration says, and its evaluations as steps and returns.
struct MadeUpRun {
  std::string task = "cartpole_swingup";
  std::string model = "vrkn";
  int seed = 1;
  double noise = 0.0;
  std::vector<std::pair<int, double>> returns = {};
};

inline std::string evaluation_line(int step, double value) {
  return R"({"kind":"evaluate","env_step":)" + std::to_string(step) + R"(,"iteration":0,"return":)" +
         std::to_string(value) + "}\n";
}

/// Makes the folder with config.toml, environment.json and metrics.jsonl.
inline void write_run(const std::filesystem::path& folder, const MadeUpRun& run) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "config.toml") << "seed = " << run.seed << "\n[environment]\ntask = \"" << run.task
                                        << "\"\nsensors = [\"image\", \"state\"]\ntransition_noise = " << std::fixed
                                        << run.noise << "\n[model]\nkind = \"" << run.model
                                        << "\"\n[training]\niterations = " << 100 + run.seed << "\n";
  std::ofstream(folder / "environment.json") << R"({"started":"2025-01-01T00:00:00Z","commit":"abc","command":"none"})";
  std::ofstream metrics(folder / "metrics.jsonl");
  for (const auto& [step, value] : run.returns) metrics << evaluation_line(step, value);
}

}  // namespace vrkn
