#include "apps/vrkn/live_table.h"

#include <algorithm>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace vrkn::app {
namespace {

struct Screen {
  size_t rows = 24;
  size_t columns = 80;
};

Screen screen() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

}  // namespace

size_t LiveTable::rows() {
  return std::max<size_t>(3, screen().rows - 1);  // one for the cursor
}

void LiveTable::show(const std::vector<std::string>& lines) {
  clear();
  const size_t columns = screen().columns;
  for (const std::string& line : lines) std::cerr << line.substr(0, columns) << '\n';
  std::cerr.flush();
  standing_ = lines.size();
}

void LiveTable::clear() {
  // Up to the first line, and erase from there to the end of the screen.
  if (standing_ > 0) std::cerr << "\x1b[" << standing_ << "A\r\x1b[J" << std::flush;
  standing_ = 0;
}

}  // namespace vrkn::app
