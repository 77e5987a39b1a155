#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace vrkn {

/// How far a run has come, as its metrics.jsonl says.
struct RunProgress {
  int64_t iteration = 0;                ///< iterations finished
  int64_t env_step = 0;                 ///< simulator control steps
  int64_t evaluations = 0;              ///< records "evaluate"
  std::optional<double> last_return{};  ///< mean of the last evaluation
};

/// Follows a metrics.jsonl that grows, and that a resumed run cuts.
class MetricsReader {
 public:
  explicit MetricsReader(std::filesystem::path path) : path_(std::move(path)) {}

  /// Reads the lines that came since the last call; all of them when the file has become shorter. A missing file is an
  /// empty one; lines that are no records are passed over.
  const RunProgress& read();

  /// As of the last call of read().
  const RunProgress& progress() const { return progress_; }

 private:
  void take(const std::string& line);

  std::filesystem::path path_;
  int64_t position_ = 0;  // of the end of the last whole line that was read
  RunProgress progress_;
};

}  // namespace vrkn
