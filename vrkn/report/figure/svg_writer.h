#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vrkn::report {

/// A pixel coordinate as SVG text: at most two decimals, no more characters than needed.
std::string px(double value);

/// Writes SVG line by line, indented by depth.
class SvgWriter {
 public:
  /// Adds a line; `line` is SVG as it stands.
  void line(std::string_view line);
  /// Adds `<tag attributes>`; what follows is inside it until close().
  void open(std::string_view tag, std::string_view attributes = {});
  void close();
  /// Adds `<path class="..." d="..."/>`; nothing when there is nothing to draw.
  void path(std::string_view classes, std::string_view d);
  /// Adds text with this anchor ("start", "middle", "end") at (x, y), its baseline's place, turned by `degrees`.
  void text(std::string_view classes, std::string_view anchor, double x, double y, std::string_view text,
            double degrees = 0.0);

  const std::string& svg() const { return svg_; }

 private:
  std::string svg_;
  std::vector<std::string> open_tags_;
};

}  // namespace vrkn::report
