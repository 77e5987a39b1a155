#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vrkn/core/metrics.h"
#include "vrkn/report/console_sink.h"
#include "vrkn/report/progress.h"

namespace vrkn::app {

/// One progress line for whatever phase the run is in.
class PhaseProgress {
 public:
  void show(std::string_view what, int64_t done, int64_t total);
  void clear();

 private:
  std::string what_;
  int64_t done_ = 0;
  std::optional<report::Progress> progress_;
};

/// A sink that takes the progress line away before the terminal gets a line of its own.
class TidyConsoleSink final : public MetricSink {
 public:
  explicit TidyConsoleSink(PhaseProgress& progress);
  void write(const MetricRecord& record) override;
  void write(const ImageRecord& record) override { console_.write(record); }
  void flush() override { console_.flush(); }

 private:
  PhaseProgress& progress_;
  report::ConsoleSink console_;
};

}  // namespace vrkn::app
