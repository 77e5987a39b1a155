#pragma once

#include <vector>

namespace vrkn::report {

/// How far aside, in pixels, dots at the heights `y` must stand so that they do not overlap: each as near to 0 as the
/// lower ones allow, in steps of half a pixel, within `half_width`; where there is no room, where it overlaps least.
/// The same heights give the same places. `y` must be finite.
std::vector<double> swarm(const std::vector<double>& y, double diameter, double half_width);

}  // namespace vrkn::report
