#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "vrkn/core/metrics.h"

namespace vrkn {

/// Keeps what it is told as lines of text, but for what reads the clock.
class MemorySink final : public MetricSink {
 public:
  void write(const MetricRecord& record) override {
    std::string line = record.kind + " " + std::to_string(record.env_step) + " " + std::to_string(record.iteration);
    for (const Metric& metric : record.metrics) {
      if (metric.name.starts_with("time/")) continue;
      char value[40];
      std::snprintf(value, sizeof(value), "%.17g", metric.value);
      line += " " + metric.name + "=" + value;
    }
    lines.push_back(line);
  }
  void write(const ImageRecord& record) override {
    lines.push_back(record.name + " " + std::string(record.image.pixels.begin(), record.image.pixels.end()));
  }
  void write(const VideoRecord& record) override {
    for (const Image& frame : record.frames) write(ImageRecord{record.name, record.env_step, frame});
  }
  void flush() override {}
  int64_t position() const override { return static_cast<int64_t>(lines.size()); }

  std::vector<std::string> lines;
};

}  // namespace vrkn
