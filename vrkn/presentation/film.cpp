#include "vrkn/presentation/film.h"

#include <algorithm>

#include "vrkn/core/picture.h"

namespace vrkn::presentation {
namespace {

constexpr int kHeight = 240, kWidth = 320;
constexpr uint8_t kGrey = 128;

Image seen(const env::Reading& reading, const env::SensorSpec& sensor) {
  const int height = static_cast<int>(sensor.shape[1]), width = static_cast<int>(sensor.shape[2]);
  Image image = image_from_planes(reading.image, height, width);
  if (!reading.valid) std::ranges::fill(image.pixels, kGrey);
  return upscale(image, std::max(1, kHeight / height));
}

}  // namespace

void Film::add(env::Environment& environment) {
  if (const auto picture = environment.render(kHeight, kWidth)) write(*picture, environment.spec());
}

void Film::add(env::Environment& environment, const env::Observation& observation) {
  std::vector<Image> pictures;
  const std::vector<env::SensorSpec>& sensors = environment.spec().sensors;
  for (size_t s = 0; s < sensors.size(); ++s) {
    if (sensors[s].kind == env::SensorKind::kImage) pictures.push_back(seen(observation.sensors[s], sensors[s]));
  }
  if (pictures.empty()) return add(environment);
  const int height = pictures.front().height;
  if (auto clean = environment.render(height, height * kWidth / kHeight)) pictures.push_back(std::move(*clean));
  write(hstack(pictures), environment.spec());
}

void Film::write(const Image& picture, const env::EnvironmentSpec& spec) {
  if (!video_) {
    const double steps_per_s = 100.0 / static_cast<double>(spec.action_repeat);
    video_ = std::make_unique<report::VideoWriter>(path_, picture.width, picture.height,
                                                   std::clamp(steps_per_s, 10.0, 50.0));
  }
  video_->write(picture);
}

bool Film::close() {
  if (!video_) return false;
  video_->close();
  return true;
}

}  // namespace vrkn::presentation
