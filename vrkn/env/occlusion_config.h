#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "vrkn/core/field.h"

namespace vrkn::env {

/// Nothing stands before the camera.
struct NoOcclusion {
  static constexpr std::string_view kKind = "none";

  static constexpr void fields(auto& /*self*/, auto&& /*field*/) {}
  bool operator==(const NoOcclusion&) const = default;
};

/// Discs that drift over the image. With the defaults they cover a third of it on average.
struct DiscOcclusion {
  static constexpr std::string_view kKind = "discs";
  int64_t number = 5;
  double radius_min = 0.15;
  double radius_max = 0.3;
  double speed_min = 0.005;
  double speed_max = 0.02;

  static constexpr void fields(auto& self, auto&& field) {
    field("number", self.number, "how many discs", at_least(1));
    field("radius_min", self.radius_min, "smallest radius, as a share of the image's side", inside(0, 1));
    field("radius_max", self.radius_max, "largest radius", inside(0, 1));
    field("speed_min", self.speed_min, "lowest speed, in sides of the image per agent step", between(0, 1));
    field("speed_max", self.speed_max, "highest speed", between(0, 1));
  }
  /// Throws ConfigError when a number is out of its bounds or a range ends before it begins.
  void validate() const;
  bool operator==(const DiscOcclusion&) const = default;
};

/// Walls, as high as the image, that drift sideways. With the defaults they cover a third of it on average.
struct WallOcclusion {
  static constexpr std::string_view kKind = "walls";
  int64_t number = 2;
  double width_min = 0.1;
  double width_max = 0.35;
  double speed_min = 0.005;
  double speed_max = 0.02;

  static constexpr void fields(auto& self, auto&& field) {
    field("number", self.number, "how many walls", at_least(1));
    field("width_min", self.width_min, "smallest width, as a share of the image's side", inside(0, 1));
    field("width_max", self.width_max, "largest width", inside(0, 1));
    field("speed_min", self.speed_min, "lowest speed, in sides of the image per agent step", between(0, 1));
    field("speed_max", self.speed_max, "highest speed", between(0, 1));
  }
  /// Throws ConfigError when a number is out of its bounds or a range ends before it begins.
  void validate() const;
  bool operator==(const WallOcclusion&) const = default;
};

/// What hides the world from the camera: the key `kind` chooses.
using OcclusionConfig = std::variant<NoOcclusion, DiscOcclusion, WallOcclusion>;

}  // namespace vrkn::env
