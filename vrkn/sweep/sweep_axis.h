#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/config/toml.h"

namespace vrkn::sweep {

/// One value of an axis: what it adds to the name of a run, and what to its configuration.
struct SweepPoint {
  std::string name;
  std::vector<config::Entry> entries;
};

/// One dimension of a sweep.
struct SweepAxis {
  std::string name;
  std::vector<SweepPoint> values;
};

/// The axis of a grid's key with its list of values. A text names itself ("cartpole_swingup"), another value gets the
/// last word of its key before it ("seed3", "transition_noise0.2"); what a file's name should not have becomes '_'.
/// Throws ConfigError when the entry is no list, or an empty one.
SweepAxis grid_axis(const config::Entry& entry);

/// The axes of the table `variants`, whose keys are "<axis>.<value>.<key of a configuration>". Axes and values are in
/// the order of their names. Throws ConfigError for a key that is not that deep.
std::vector<SweepAxis> variant_axes(std::span<const config::Entry> entries);

/// Every choice of one value from each axis: names joined by '-', entries one behind the other. The first axis changes
/// slowest. No axes have one combination, without a name.
std::vector<SweepPoint> combinations(std::span<const SweepAxis> axes);

}  // namespace vrkn::sweep
