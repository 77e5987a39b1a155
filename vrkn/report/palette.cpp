#include "vrkn/report/palette.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace vrkn::report {
namespace {

/// A colour and how many pixels have it.
struct Counted {
  Rgb colour;
  int64_t pixels;
};

/// Colours that one entry of the palette will stand for.
struct Box {
  std::span<Counted> colours;
  int64_t pixels = 0;
  size_t longest_axis = 0;
  int64_t extent = 0;  ///< along that axis

  explicit Box(std::span<Counted> all) : colours(all) {
    for (const Counted& counted : colours) pixels += counted.pixels;
    for (size_t axis = 0; axis < 3; ++axis) {
      const auto along = [axis](const Counted& counted) { return counted.colour[axis]; };
      const auto [low, high] = std::ranges::minmax(colours, {}, along);
      if (along(high) - along(low) > extent) {
        extent = along(high) - along(low);
        longest_axis = axis;
      }
    }
  }

  int64_t weight() const { return pixels * extent; }

  /// Both halves have a colour; needs two.
  std::pair<Box, Box> halves() const {
    std::ranges::sort(colours, {}, [axis = longest_axis](const Counted& counted) {
      return std::pair(counted.colour[axis], counted.colour);  // no ties, so that every library sorts alike
    });
    int64_t below = 0;
    size_t split = 0;
    while (split < colours.size() - 1 && 2 * below < pixels) below += colours[split++].pixels;
    return {Box(colours.first(split)), Box(colours.subspan(split))};
  }

  Rgb mean() const {
    Rgb result{};
    for (size_t axis = 0; axis < 3; ++axis) {
      int64_t sum = 0;
      for (const Counted& counted : colours) sum += counted.pixels * counted.colour[axis];
      result[axis] = static_cast<uint8_t>((sum + pixels / 2) / pixels);
    }
    return result;
  }
};

std::vector<Counted> count_colours(std::span<const Image> images) {
  std::unordered_map<uint32_t, int64_t> counts;
  for (const Image& image : images) {
    for (size_t i = 0; i < image.pixels.size(); i += 3) {
      ++counts[static_cast<uint32_t>(image.pixels[i] << 16 | image.pixels[i + 1] << 8 | image.pixels[i + 2])];
    }
  }
  std::vector<Counted> colours;
  for (const auto& [colour, pixels] : counts) {
    colours.push_back(
        {{static_cast<uint8_t>(colour >> 16), static_cast<uint8_t>(colour >> 8), static_cast<uint8_t>(colour)},
         pixels});
  }
  std::ranges::sort(colours, {}, &Counted::colour);
  return colours;
}

int squared_distance(const Rgb& left, const Rgb& right) {
  int sum = 0;
  for (size_t axis = 0; axis < 3; ++axis) sum += (left[axis] - right[axis]) * (left[axis] - right[axis]);
  return sum;
}

}  // namespace

std::vector<Rgb> choose_palette(std::span<const Image> images, size_t most) {
  std::vector<Counted> colours = count_colours(images);
  std::vector<Box> boxes{Box(colours)};
  while (boxes.size() < most) {
    const auto largest = std::ranges::max_element(boxes, {}, &Box::weight);
    if (largest->extent == 0) break;  // every colour has its own box
    auto [lower, upper] = largest->halves();
    *largest = lower;
    boxes.push_back(upper);
  }
  std::vector<Rgb> palette;
  for (const Box& box : boxes) palette.push_back(box.mean());
  return palette;
}

std::vector<uint8_t> nearest_colours(const Image& image, std::span<const Rgb> palette) {
  std::map<Rgb, uint8_t> known;
  std::vector<uint8_t> numbers;
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    const Rgb colour{image.pixels[i], image.pixels[i + 1], image.pixels[i + 2]};
    const auto [entry, is_new] = known.try_emplace(colour, uint8_t{0});
    if (is_new) {
      const auto nearest = std::ranges::min_element(
          palette, {}, [&](const Rgb& candidate) { return squared_distance(candidate, colour); });
      entry->second = static_cast<uint8_t>(nearest - palette.begin());
    }
    numbers.push_back(entry->second);
  }
  return numbers;
}

}  // namespace vrkn::report
