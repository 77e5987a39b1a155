#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "vrkn/evaluation/open_loop_errors.h"

namespace vrkn::presentation {

/// What one run's model was worth.
struct ImaginedRun {
  std::string path = {};
  std::string label = {};
  std::vector<evaluation::StepErrors> errors = {};  ///< of context + horizon steps
};

/// What imagining with several runs came to: the file summary.json (docs/offline.md).
struct ImaginedSummary {
  std::string task = {};
  std::string data = {};  ///< the file of the episode; empty: it was played
  int64_t seed = 0;
  int64_t context = 0, horizon = 0;        ///< steps seen, and then imagined
  int64_t samples = 0;                     ///< trajectories
  std::vector<std::string> episodes = {};  ///< folders of the episodes
  std::vector<ImaginedRun> runs = {};
};

nlohmann::ordered_json to_json(const ImaginedSummary& summary);

/// For people: one line per run and quantity, the mean over the context, and some of the imagined steps, the last
/// always.
std::string to_table(const ImaginedSummary& summary);

}  // namespace vrkn::presentation
