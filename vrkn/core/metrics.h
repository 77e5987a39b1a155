#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vrkn/core/image.h"

namespace vrkn {

/// One named number. Names are paths, "loss/kl"; those that begin with "time/" measure the clock, and only they may
/// differ between two runs of the same seed.
struct Metric {
  std::string name;
  double value = 0.0;
};

/// What one event of a run reports: an iteration of learning, an evaluation, ...
struct MetricRecord {
  std::string kind;  ///< "train", "collect", "evaluate", "episode", "held_out", "rollback"
  /// The x-axis of every plot: simulator control steps so far, action repeats counted; of runs that learn from files,
  /// updates so far.
  int64_t env_step = 0;
  int64_t iteration = 0;  ///< iterations finished
  std::vector<Metric> metrics;
};

/// A named picture that belongs to a point of the run, such as a strip of reconstructions.
struct ImageRecord {
  std::string name;
  int64_t env_step = 0;
  Image image;
};

/// Pictures of one size in their order, such as an evaluation's first episode.
struct VideoRecord {
  std::string name;
  int64_t env_step = 0;
  std::vector<Image> frames;
  double fps = 10.0;  ///< pictures per second
};

/// Where a run's numbers and pictures go: a file of JSON lines, TensorBoard, the terminal. Users plug in their own.
class MetricSink {
 public:
  virtual ~MetricSink() = default;
  /// Takes one record or picture. Implementations throw DataError when the disk refuses.
  virtual void write(const MetricRecord& record) = 0;
  virtual void write(const ImageRecord& record) = 0;
  /// Sinks that show no moving pictures leave it as it is: they are passed over. Throws as the others.
  virtual void write(const VideoRecord& record) { (void)record; }
  /// Hands everything written so far to the operating system. Throws DataError when the disk refuses.
  virtual void flush() = 0;
  /// How much has been written, in the sink's own unit, for sinks that a resumed run takes up there; else 0.
  virtual int64_t position() const { return 0; }
};

}  // namespace vrkn
