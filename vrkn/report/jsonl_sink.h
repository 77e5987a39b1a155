#pragma once

#include <cstdint>
#include <filesystem>

#include "vrkn/core/metrics.h"
#include "vrkn/report/append_file.h"

namespace vrkn::report {

/// Metrics as JSON lines, one object per record:
///
///   {"kind":"train","env_step":5000,"iteration":3,"loss/kl":2.75,"loss/reward":null}
///
/// Numbers read back exactly as they were; NaN and infinity, which JSON lacks, become null. Pictures are passed over.
class JsonlSink : public MetricSink {
 public:
  /// Continues `path` after its first `keep_bytes` bytes, a position() of an earlier process, or starts it with 0.
  /// Throws DataError when the file is shorter, or when no line ends there.
  explicit JsonlSink(const std::filesystem::path& path, int64_t keep_bytes = 0);

  /// Throws DataError when the disk refuses, or when a metric's name is that of a column ("kind") or comes twice.
  void write(const MetricRecord& record) override;
  void write(const ImageRecord& record) override;
  /// Waits until every line is on the disk, so that a checkpoint may name position().
  void flush() override;

  /// Bytes written so far.
  int64_t position() const override { return file_.position(); }

 private:
  AppendFile file_;
};

}  // namespace vrkn::report
