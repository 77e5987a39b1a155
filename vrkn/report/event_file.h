#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vrkn::report {

/// A number of an event file.
struct ScalarEvent {
  std::string tag;
  int64_t step = 0;
  float value = 0.0f;
};

/// A picture or animation of an event file.
struct PictureEvent {
  std::string tag;
  int64_t step = 0;
  int64_t height = 0, width = 0;
  std::string bytes;  ///< of a PNG or GIF file
};

/// What a TensorBoard event file holds, as far as TensorBoardSink writes it.
struct EventFile {
  std::string version;  ///< "brain.Event:2"
  int64_t events = 0;   ///< whole ones, that with the version included
  int64_t bytes = 0;    ///< that they take, from where reading began
  std::vector<ScalarEvent> scalars;
  std::vector<PictureEvent> pictures;
  std::string fault;       ///< why reading ended before the file did, with event and byte; empty: it did not
  bool cut_short = false;  ///< the fault is that the last event is not whole, or not yet
};

/// Reads an event file, from the byte `from` on at which an event begins, up to its end or its first fault: a check sum
/// that does not match, or an event cut short. Throws DataError when the file cannot be read.
EventFile read_event_file(const std::filesystem::path& path, int64_t from = 0);

}  // namespace vrkn::report
