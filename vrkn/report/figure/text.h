#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vrkn::report {

/// Sizes of text in pixels: ticks, legend and caption; labels of axes and titles.
constexpr double kTickFont = 11.0;
constexpr double kLabelFont = 12.0;
/// How much wider bold text is, about.
constexpr double kBold = 1.12;

/// UTF-8 text as XML content or attribute value: & < > " ' escaped, and U+FFFD in place of what XML cannot hold
/// (control characters, bytes that are no UTF-8).
std::string escape_xml(std::string_view text);

/// About how wide `text` is in pixels, set in DejaVu Sans of `font_size` pixels. Exact for ASCII but for kerning.
double text_width(std::string_view text, double font_size);

/// `text` broken at spaces into lines of at most `width` pixels; a longer word has a line of its own.
std::vector<std::string> wrap_text(std::string_view text, double font_size, double width);

}  // namespace vrkn::report
