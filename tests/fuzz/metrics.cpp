#include <algorithm>

#include "tests/fuzz/targets.h"
#include "vrkn/analysis/metrics_file.h"

namespace vrkn::fuzz {

void read_as_metrics(std::string_view input) {
  for (size_t begin = 0; begin < input.size();) {
    const size_t end = std::min(input.find('\n', begin), input.size());
    analysis::parse_metric_record(input.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace vrkn::fuzz
