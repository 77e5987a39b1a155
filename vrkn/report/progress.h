#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace vrkn::report {

/// Seconds on a clock that never goes back.
double steady_clock_s();

/// How far a long job has come, for the person who waits: "collect  1200/5000  24%  310/s  12s left".
///
/// On a terminal one line is written again and again; elsewhere (a log file) a plain line comes now and then. Jobs that
/// end within two seconds say nothing.
class Progress {
 public:
  struct Options {
    int64_t total = 0;               ///< units of the whole job
    int64_t done = 0;                ///< units done by earlier processes, which do not count for the rate
    bool terminal = false;           ///< whether `out` is a terminal, as isatty(3) says
    double plain_interval_s = 10.0;  ///< least time between two plain lines
  };

  /// `out` must outlive it. `clock` gives seconds and never goes back.
  Progress(std::string what, const Options& options, std::ostream& out, std::function<double()> clock = steady_clock_s);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Leaves the terminal with an empty line.
  ~Progress();

  /// Tells how many units are done now; cheap enough for every unit.
  void update(int64_t done);

  /// Takes the line off the terminal, so that something else can be printed; the next update brings it back.
  void clear();

  /// Ends the job with a line that says how long it took, if the job was long enough to be shown at all.
  void finish();

 private:
  std::string describe(double elapsed_s) const;
  void print(std::string_view line);

  std::string what_;
  Options options_;
  std::ostream& out_;
  std::function<double()> clock_;
  double start_s_;
  int64_t done_;
  std::optional<double> last_print_s_;
  bool line_stands_ = false;
};

}  // namespace vrkn::report
