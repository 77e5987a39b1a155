#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/core/metrics.h"

namespace vrkn::analysis {

/// One line of metrics.jsonl (docs/run-directory.md); null is read as NaN. Throws DataError saying what is wrong when
/// the line is no such record.
MetricRecord parse_metric_record(std::string_view line);

/// The file metrics.jsonl of a run that may still be going on: every call of `read` reads what was appended since.
class MetricsFile {
 public:
  explicit MetricsFile(std::filesystem::path path) : path_(std::move(path)) {}

  /// Reads the whole lines that are new; one that is not yet ended waits for the next call. A file that does not begin
  /// any more as it did, because a resumed run has cut and rewritten its end, is read anew. A file that is missing is
  /// empty. Returns whether the records are others than before. Throws DataError naming the file and the line that is
  /// no record, or whose step is before that of the line above; nothing is kept then.
  bool read();

  const std::vector<MetricRecord>& records() const { return records_; }

 private:
  bool continues() const;
  void start_anew();
  void take(std::string_view text);

  std::filesystem::path path_;
  std::vector<MetricRecord> records_;
  int64_t position_ = 0;   ///< bytes read: whole lines
  std::string last_line_;  ///< the line that ends there, to recognise the file by
};

}  // namespace vrkn::analysis
