#pragma once

#include <filesystem>
#include <string>

#include "vrkn/kalman/sequences.h"

namespace vrkn::study {

/// Sequences from a file, by its suffix; NaN where missing.
///
/// .npz: the array `name`, an empty name being the only one; .npy: its array. [sequences, length, components], or for
/// one sequence [length, components] or [length]. .csv: one sequence, a line a step, its components with commas between
/// them. An empty field, NaN and NA are missing. A first line that holds no number names the components and is skipped;
/// empty lines at the end are ignored.
///
/// Throws DataError, with the file and what is wrong: another suffix, no such array or several, a shape with other
/// axes, a field that is no number, lines of different length, no steps; ConfigError for a name where there are no
/// arrays to choose from.
kalman::Sequences read_series(const std::filesystem::path& path, const std::string& name);

}  // namespace vrkn::study
