#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace vrkn::report {

/// A picture as an event file holds it.
struct EventPicture {
  int64_t env_step = 0;
  std::string encoded = {};  ///< the bytes of a PNG or GIF file
};

/// The newest picture of every name in a TensorBoard event file that may still be growing.
class EventPictures {
 public:
  explicit EventPictures(std::filesystem::path path) : path_(std::move(path)) {}

  /// Reads the whole events that were appended since. A file that a resumed run has cut and rewritten is read anew; a
  /// missing one has no pictures. Returns whether they changed. Throws DataError naming the file when it is damaged;
  /// then nothing is kept.
  bool read();

  const std::map<std::string, EventPicture>& newest() const { return newest_; }

 private:
  bool forget();

  std::filesystem::path path_;
  std::map<std::string, EventPicture> newest_;
  int64_t position_ = 0;
};

}  // namespace vrkn::report
