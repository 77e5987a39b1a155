#pragma once

#include <string>
#include <vector>

#include "vrkn/analysis/comparison.h"

namespace vrkn {

/// Runs of `models` on `tasks`, some of each, with a value at steps 0, 100,000 and 200,000.
inline std::vector<analysis::RunRecord> made_up_runs(const std::vector<std::string>& models,
                                                     const std::vector<std::string>& tasks, int seeds) {
  std::vector<analysis::RunRecord> runs;
  for (size_t m = 0; m < models.size(); ++m) {
    for (size_t t = 0; t < tasks.size(); ++t) {
      for (int seed = 0; seed < seeds; ++seed) {
        analysis::RunRecord run{.path = "/runs/" + models[m] + "-" + tasks[t] + "-" + std::to_string(seed),
                                .name = models[m] + "-" + tasks[t] + "-" + std::to_string(seed),
                                .settings = {{"environment.task", '"' + tasks[t] + '"'},
                                             {"model.kind", '"' + models[m] + '"'},
                                             {"seed", std::to_string(seed)}}};
        for (int step = 0; step <= 200'000; step += 100'000) {
          const double value = 100.0 * static_cast<double>(m + t) + 10.0 * seed + step / 1000.0;
          run.metrics.push_back({.kind = "evaluate", .env_step = step, .iteration = 0, .metrics = {{"return", value}}});
        }
        runs.push_back(std::move(run));
      }
    }
  }
  return runs;
}

}  // namespace vrkn
