#include "vrkn/env/wrapper/occlusion.h"

#include <string>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

// Paints an occluder over an image [C, H, W] and takes what it covers out of the mask [H, W].
void paint(const Occluder& occluder, int64_t height, int64_t width, Reading& reading) {
  const auto area = static_cast<size_t>(height * width);
  const size_t planes = reading.image.size() / area;
  size_t pixel = 0;
  for (int64_t row = 0; row < height; ++row) {
    for (int64_t column = 0; column < width; ++column, ++pixel) {
      const double x = (static_cast<double>(column) + 0.5) / static_cast<double>(width);
      const double y = (static_cast<double>(row) + 0.5) / static_cast<double>(height);
      if (!occluder.covers(x, y)) continue;
      for (size_t plane = 0; plane < planes; ++plane) {
        reading.image[plane * area + pixel] = occluder.colour[plane % occluder.colour.size()];
      }
      reading.visible[pixel] = 0;
    }
  }
}

}  // namespace

Occlusion::Occlusion(std::unique_ptr<Environment> inner, std::string_view sensor, const OcclusionConfig& config)
    : SensorCondition(std::move(inner), sensor, "occlusion"), config_(config), spec_(Wrapper::spec()) {
  SensorSpec& occluded = spec_.sensors[sensor_index()];
  if (occluded.kind != SensorKind::kImage) {
    throw ConfigError("occlusion is for \"" + occluded.name + "\", but only images can be occluded");
  }
  std::visit(
      [](const auto& chosen) {
        if constexpr (requires { chosen.validate(); }) chosen.validate();
      },
      config_);
  occluded.masked = true;
}

void Occlusion::begin(ScalarGenerator random) {
  occluders_ = draw_occluders(config_, random);
  steps_ = 0;
}

void Occlusion::apply(Reading& reading) {
  if (reading.image.size() != static_cast<size_t>(sensor().size())) {
    throw ShapeError("Sensor '" + sensor().name + "' gave " + std::to_string(reading.image.size()) +
                     " values, its specification says " + std::to_string(sensor().size()) + ".");
  }
  if (!Wrapper::spec().sensors[sensor_index()].masked) {
    reading.visible.assign(static_cast<size_t>(sensor().mask_size()), reading.valid ? 1 : 0);
  }
  if (reading.valid) {
    for (const Occluder& occluder : occluders_) {
      paint(occluder.after(steps_), sensor().shape[1], sensor().shape[2], reading);
    }
  }
  ++steps_;
}

}  // namespace vrkn::env
