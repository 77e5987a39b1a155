#pragma once

#include <algorithm>
#include <cmath>

namespace vrkn {

/// A point of a plane.
struct Point {
  double x, z;
};

struct Segment {
  Point from, to;
};

/// From a point to the nearest point of a segment.
inline double distance(Point point, Segment segment) {
  const double along_x = segment.to.x - segment.from.x, along_z = segment.to.z - segment.from.z;
  const double x = point.x - segment.from.x, z = point.z - segment.from.z;
  const double share = std::clamp((x * along_x + z * along_z) / (along_x * along_x + along_z * along_z), 0.0, 1.0);
  return std::hypot(x - share * along_x, z - share * along_z);
}

/// Between the nearest points of two segments: 0 where they cross, else from an end of one of them.
inline double distance(Segment a, Segment b) {
  const auto side = [](Segment s, Point p) {
    return (s.to.x - s.from.x) * (p.z - s.from.z) - (s.to.z - s.from.z) * (p.x - s.from.x);
  };
  if (side(a, b.from) * side(a, b.to) < 0.0 && side(b, a.from) * side(b, a.to) < 0.0) return 0.0;
  return std::min({distance(a.from, b), distance(a.to, b), distance(b.from, a), distance(b.to, a)});
}

}  // namespace vrkn
