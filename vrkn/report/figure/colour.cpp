#include "vrkn/report/figure/colour.h"

#include <array>

namespace vrkn::report {
namespace {

struct Entry {
  std::string_view name;
  std::string_view css;
};

constexpr std::array<Entry, kColourCount> kColours = {{{"blue", "#0072b2"},
                                                       {"orange", "#e69f00"},
                                                       {"green", "#009e73"},
                                                       {"vermilion", "#d55e00"},
                                                       {"purple", "#cc79a7"},
                                                       {"sky", "#56b4e9"},
                                                       {"black", "#000000"},
                                                       {"grey", "#767676"}}};

}  // namespace

Colour series_colour(size_t index) {
  return static_cast<Colour>(index % kColourCount);
}

std::string_view name_of(Colour colour) {
  return kColours[static_cast<size_t>(colour)].name;
}

std::string_view css_of(Colour colour) {
  return kColours[static_cast<size_t>(colour)].css;
}

}  // namespace vrkn::report
