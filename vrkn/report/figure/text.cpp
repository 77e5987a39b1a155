#include "vrkn/report/figure/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vrkn::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// A character and how many bytes it takes.
struct Character {
  char32_t code;
  size_t size;
};

/// The first character of `text`, which is not empty; kReplacement and 1 when its bytes are no UTF-8.
Character first_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {kReplacement, 1};
  char32_t code = static_cast<char32_t>(lead & (0x7F >> size));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {kReplacement, 1};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  // Longer than needed, one half of a UTF-16 pair, or beyond Unicode.
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[size] || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {kReplacement, 1};
  return {code, size};
}

bool xml_can_hold(char32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code != 0xFFFE && code != 0xFFFF;
}

/// Advance widths of U+0020 to U+007E in DejaVu Sans, thousandths of the font size.
constexpr std::array<int16_t, 95> kWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

int width_of(char32_t code) {
  if (code >= 0x20 && code < 0x7F) return kWidths[code - 0x20];
  const bool superscript = code == 0xB2 || code == 0xB3 || code == 0xB9 || (code >= 0x2070 && code <= 0x209C);
  if (superscript) return code == 0x207B ? 528 : 401;
  const bool wide = code == 0xD7 || (code >= 0x2200 && code < 0x2300);  // × and operators, the minus among them
  return wide ? 838 : 650;                                              // 650: Greek, accented Latin
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const auto [code, size] = first_character(text);
    switch (code) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += xml_can_hold(code) && (code != kReplacement || size == 3) ? text.substr(0, size) : "\uFFFD";
    }
    text.remove_prefix(size);
  }
  return escaped;
}

double text_width(std::string_view text, double font_size) {
  int thousandths = 0;
  while (!text.empty()) {
    const auto [code, size] = first_character(text);
    thousandths += width_of(code);
    text.remove_prefix(size);
  }
  return thousandths * font_size / 1000.0;
}

std::vector<std::string> wrap_text(std::string_view text, double font_size, double width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string word(text.substr(0, end));
    text.remove_prefix(end);
    if (!lines.empty() && text_width(lines.back() + " " + word, font_size) <= width) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

}  // namespace vrkn::report
