#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "vrkn/core/metrics.h"

namespace vrkn::report {

/// The run as a person wants to follow it: one line per record with the simulator's step, the kind, and the metrics
/// whose names begin with one of the prefixes.
///
///      12000  train     loss 41.2  loss/kl 2.75
///      20000  evaluate  return 812.5
///
/// Records with no such metric, those of single episodes of an evaluation (kind "episode"), and pictures are passed
/// over.
class ConsoleSink : public MetricSink {
 public:
  /// `out` must outlive the sink.
  explicit ConsoleSink(std::ostream& out, std::vector<std::string> prefixes = {"return", "loss"});

  void write(const MetricRecord& record) override;
  void write(const ImageRecord& record) override;
  /// Throws DataError when the stream has failed.
  void flush() override;

 private:
  std::ostream& out_;
  std::vector<std::string> prefixes_;
};

}  // namespace vrkn::report
