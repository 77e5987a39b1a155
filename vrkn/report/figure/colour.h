#pragma once

#include <cstddef>
#include <string_view>

namespace vrkn::report {

/// The colours of a figure: those that people with any kind of colour vision tell apart, of M. Okabe and K. Ito, "Color
/// Universal Design", 2008, without its yellow, which is lost on white; and a grey.
enum class Colour { kBlue, kOrange, kGreen, kVermilion, kPurple, kSky, kBlack, kGrey };

/// How many colours there are.
constexpr size_t kColourCount = 8;

/// The colour of series number `index`: all of them in turn, then from the first again.
Colour series_colour(size_t index);

/// Its name in lower case, which is its class in the SVG: "blue".
std::string_view name_of(Colour colour);

/// Its sRGB value as CSS has it: "#0072b2".
std::string_view css_of(Colour colour);

}  // namespace vrkn::report
