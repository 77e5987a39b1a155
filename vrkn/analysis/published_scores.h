#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vrkn/core/embedded_file.h"

namespace vrkn::analysis {

/// A score at a step, over the seeds of those who published it.
struct PublishedScore {
  int64_t step = 0;
  double low = 0.0;   ///< lower end of the range over seeds; equal to `high` where only a mean is known
  double high = 0.0;  ///< upper end
};

/// What others found on one task.
struct PublishedResult {
  std::string name = {};                    ///< "Dreamer (RSSM)"
  std::string source = {};                  ///< where the numbers come from
  std::vector<PublishedScore> scores = {};  ///< by growing step
};

/// The file assets/published_scores.toml, as it was when the program was built.
std::span<const EmbeddedFile> embedded_published_scores();

/// Returns that were published for a task, in the file's order; none for a task nobody has written about.
std::vector<PublishedResult> published_results(const std::string& task);

}  // namespace vrkn::analysis
