#include "vrkn/bench/quartiles.h"

#include "vrkn/analysis/statistics.h"

namespace vrkn {

Quartiles quartiles(const std::vector<double>& values) {
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

}  // namespace vrkn
