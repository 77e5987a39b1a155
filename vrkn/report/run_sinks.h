#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "vrkn/report/jsonl_sink.h"
#include "vrkn/report/tensorboard_sink.h"

namespace vrkn::report {

/// The two files that the numbers of a run go to.
class RunSinks {
 public:
  /// Continues both where a checkpoint knew them to stand (TrainingProgress::sink_positions); those without a position
  /// begin anew. Throws as the sinks.
  RunSinks(const std::filesystem::path& metrics, const std::filesystem::path& events,
           const std::vector<int64_t>& positions)
      : metrics_(metrics, positions.empty() ? 0 : positions[0]),
        events_(events, positions.size() < 2 ? 0 : positions[1]) {}

  /// Both in the order of their positions, and another sink behind them.
  std::vector<MetricSink*> with(MetricSink& other) { return {&metrics_, &events_, &other}; }

 private:
  JsonlSink metrics_;
  TensorBoardSink events_;
};

}  // namespace vrkn::report
