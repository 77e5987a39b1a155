#include "vrkn/bench/quartiles.h"

#include "vrkn/analysis/statistics.h"

namespace vrkn::bench {

Quartiles quartiles(const std::vector<double>& values) {
  return {analysis::quantile(values, 0.25), analysis::quantile(values, 0.5), analysis::quantile(values, 0.75)};
}

}  // namespace vrkn::bench
