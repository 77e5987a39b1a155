#include "vrkn/report/event_pictures.h"

#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/report/event_file.h"

namespace vrkn::report {

bool EventPictures::read() {
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path_, error));
  if (error) return forget();
  const bool forgotten = size < position_ && forget();
  EventFile file = read_event_file(path_, position_);
  if (!file.fault.empty() && !file.cut_short) {
    // A resumed run may have cut the file and written on: then it is whole from its beginning.
    const bool begun = position_ > 0;
    forget();
    if (begun) return read();
    throw DataError("the event file '" + path_.string() + "' is damaged: " + file.fault);
  }
  position_ += file.bytes;
  for (PictureEvent& picture : file.pictures) {
    newest_[picture.tag] = {.env_step = picture.step, .encoded = std::move(picture.bytes)};
  }
  return forgotten || !file.pictures.empty();
}

bool EventPictures::forget() {
  const bool changed = !newest_.empty();
  newest_.clear();
  position_ = 0;
  return changed;
}

}  // namespace vrkn::report
