#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "vrkn/core/metrics.h"
#include "vrkn/core/protobuf.h"
#include "vrkn/report/append_file.h"

namespace vrkn::report {

/// Seconds since 1970.
double wall_clock_s();

/// Metrics, pictures and videos as a TensorBoard event file. A metric's tag is "<kind>/<name>", a picture's and a
/// video's its name; the step is the simulator's.
///
/// Format: TensorFlow's record framing (length, check sum of the length, data, check sum of the data) around messages
/// of event.proto and summary.proto, encoded by hand so that nothing links protobuf.
class TensorBoardSink : public MetricSink {
 public:
  /// Continues `path` after its first `keep_bytes` bytes, a position() of an earlier process, or starts it with 0.
  /// `clock` gives the seconds since 1970 that TensorBoard shows. Throws ConfigError when the file's name lacks
  /// "tfevents", for TensorBoard would not find it; DataError when the file is shorter than keep_bytes, or when no
  /// record ends there.
  explicit TensorBoardSink(const std::filesystem::path& path, int64_t keep_bytes = 0,
                           std::function<double()> clock = wall_clock_s);

  void write(const MetricRecord& record) override;
  /// The picture is kept as PNG. Throws ShapeError when its pixels do not match its size.
  void write(const ImageRecord& record) override;
  /// The video is kept as animated GIF, which TensorBoard shows like a picture; not at all where ffmpeg cannot make
  /// one. Throws ShapeError when there are no pictures or their sizes differ, ConfigError for a rate that no video has.
  void write(const VideoRecord& record) override;
  /// Waits until every event is on the disk, so that a checkpoint may name position().
  void flush() override;

  /// Bytes written so far.
  int64_t position() const override { return file_.position(); }

 private:
  /// `encoded`: a whole picture file of `size`'s height and width.
  void append_picture(const std::string& name, int64_t env_step, const Image& size, std::string_view encoded);
  void append_summary(int64_t env_step, const ProtobufMessage& summary);

  AppendFile file_;
  std::function<double()> clock_;
};

}  // namespace vrkn::report
