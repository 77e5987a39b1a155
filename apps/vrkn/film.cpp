#include "apps/vrkn/film.h"

#include <algorithm>

namespace vrkn::app {

void Film::add(Environment& environment) {
  constexpr int kHeight = 240, kWidth = 320;
  const auto picture = environment.render(kHeight, kWidth);
  if (!picture) return;
  if (!video_) {
    const double steps_per_s = 100.0 / static_cast<double>(environment.spec().action_repeat);
    video_ = std::make_unique<VideoWriter>(path_, picture->width, picture->height, std::clamp(steps_per_s, 10.0, 50.0));
  }
  video_->write(*picture);
}

bool Film::close() {
  if (!video_) return false;
  video_->close();
  return true;
}

}  // namespace vrkn::app
