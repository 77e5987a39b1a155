#pragma once

#include <filesystem>
#include <string>

#include "vrkn/report/figure/figure.h"

namespace vrkn::report {

/// Writes `to_svg(figure)`; the file appears whole or not at all. Throws as to_svg does, and DataError when the disk
/// refuses.
void write_svg(const std::filesystem::path& path, const Figure& figure);

/// Writes the figure as a PNG file of `scale` pixels, 0.1 to 10, for each of its own, drawn by the program
/// `rsvg-convert` with the font DejaVu Sans; the file appears whole or not at all. Throws as to_svg does, ConfigError
/// for another scale, and DataError when rsvg-convert is not installed or fails, with its words, or the disk refuses.
void write_png(const std::filesystem::path& path, const Figure& figure, double scale = 2.0);

/// Writes <name>.svg and <name>.png into `folder`. Throws as write_svg and write_png.
void write_figure(const std::filesystem::path& folder, const std::string& name, const Figure& figure);

}  // namespace vrkn::report
