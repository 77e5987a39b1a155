#include "vrkn/report/figure/svg_writer.h"

#include <cmath>

#include <fmt/format.h>

#include "vrkn/report/figure/text.h"

namespace vrkn::report {

std::string px(double value) {
  // Adding 0 makes a negative zero positive.
  std::string text = fmt::format("{:.2f}", std::round(value * 100.0) / 100.0 + 0.0);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void SvgWriter::line(std::string_view line) {
  svg_ += std::string(2 * open_tags_.size(), ' ');
  svg_ += line;
  svg_ += '\n';
}

void SvgWriter::open(std::string_view tag, std::string_view attributes) {
  line(attributes.empty() ? fmt::format("<{}>", tag) : fmt::format("<{} {}>", tag, attributes));
  open_tags_.emplace_back(tag);
}

void SvgWriter::close() {
  const std::string tag = open_tags_.back();
  open_tags_.pop_back();
  line("</" + tag + ">");
}

void SvgWriter::path(std::string_view classes, std::string_view d) {
  if (!d.empty()) line(fmt::format(R"(<path class="{}" d="{}"/>)", classes, d));
}

void SvgWriter::text(std::string_view classes, std::string_view anchor, double x, double y, std::string_view text,
                     double degrees) {
  std::string place = fmt::format(R"(x="{}" y="{}")", px(x), px(y));
  if (anchor != "start") place += fmt::format(R"( text-anchor="{}")", anchor);
  if (degrees != 0.0) place += fmt::format(" transform=\"rotate({} {} {})\"", px(degrees), px(x), px(y));
  line(fmt::format(R"(<text class="{}" {}>{}</text>)", classes, place, escape_xml(text)));
}

}  // namespace vrkn::report
