#include "vrkn/report/console_sink.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "vrkn/core/error.h"

namespace vrkn::report {

ConsoleSink::ConsoleSink(std::ostream& out, std::vector<std::string> prefixes)
    : out_(out), prefixes_(std::move(prefixes)) {}

void ConsoleSink::write(const MetricRecord& record) {
  if (record.kind == "episode") return;  // the evaluation's own record sums them up
  std::string numbers;
  for (const Metric& metric : record.metrics) {
    const bool chosen = std::any_of(prefixes_.begin(), prefixes_.end(),
                                    [&](const std::string& prefix) { return metric.name.starts_with(prefix); });
    if (chosen) numbers += fmt::format("  {} {:.4g}", metric.name, metric.value);
  }
  if (!numbers.empty()) out_ << fmt::format("{:>9}  {:<8}{}\n", record.env_step, record.kind, numbers);
}

void ConsoleSink::write(const ImageRecord&) {}

void ConsoleSink::flush() {
  if (!out_.flush()) throw DataError("cannot write the progress of the run: the output stream has failed");
}

}  // namespace vrkn::report
