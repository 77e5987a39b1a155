#include "vrkn/report/progress.h"

#include <chrono>
#include <cmath>
#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace vrkn::report {
namespace {

constexpr double kQuietSeconds = 2.0;
constexpr double kRedrawSeconds = 0.1;  // faster than this nobody reads
constexpr std::string_view kEraseLine = "\r\x1b[K";

std::string duration_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

}  // namespace

double steady_clock_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Progress::Progress(std::string what, const Options& options, std::ostream& out, std::function<double()> clock)
    : what_(std::move(what)),
      options_(options),
      out_(out),
      clock_(std::move(clock)),
      start_s_(clock_()),
      done_(options.done) {}

Progress::~Progress() {
  clear();
}

void Progress::update(int64_t done) {
  done_ = done;
  const double now_s = clock_();
  const double interval_s = options_.terminal ? kRedrawSeconds : options_.plain_interval_s;
  if (now_s - start_s_ < kQuietSeconds || (last_print_s_ && now_s - *last_print_s_ < interval_s)) return;
  last_print_s_ = now_s;
  print(describe(now_s - start_s_));
}

void Progress::clear() {
  if (line_stands_) out_ << kEraseLine << std::flush;
  line_stands_ = false;
}

void Progress::finish() {
  const double elapsed_s = clock_() - start_s_;
  if (elapsed_s < kQuietSeconds) return;
  clear();
  out_ << fmt::format("{}  {}/{} in {}\n", what_, done_, options_.total, duration_text(elapsed_s)) << std::flush;
}

std::string Progress::describe(double elapsed_s) const {
  std::string text = fmt::format("{}  {}/{}", what_, done_, options_.total);
  if (options_.total > 0) {
    text += fmt::format("  {:.0f}%", 100.0 * static_cast<double>(done_) / static_cast<double>(options_.total));
  }
  const double rate = static_cast<double>(done_ - options_.done) / elapsed_s;
  if (rate > 0.0) {
    text += rate < 100.0 ? fmt::format("  {:.3g}/s", rate) : fmt::format("  {:.0f}/s", rate);
    if (done_ < options_.total) {
      text += fmt::format("  {} left", duration_text(static_cast<double>(options_.total - done_) / rate));
    }
  }
  return text;
}

void Progress::print(std::string_view line) {
  if (options_.terminal) {
    out_ << kEraseLine << line;
  } else {
    out_ << line << '\n';
  }
  out_.flush();
  line_stands_ = options_.terminal;
}

}  // namespace vrkn::report
