#include "vrkn/inspect/value_range.h"

#include <algorithm>
#include <cmath>

namespace vrkn::inspect {

void ValueRange::add(double value) {
  if (!std::isfinite(value)) {
    ++not_finite_;
  } else if (count_ == not_finite_) {
    smallest_ = greatest_ = value;
    sum_ = value;
  } else {
    smallest_ = std::min(smallest_, value);
    greatest_ = std::max(greatest_, value);
    sum_ += value;
  }
  ++count_;
}

void ValueRange::add(std::span<const double> values) {
  for (const double value : values) add(value);
}

std::vector<Fact> ValueRange::facts() const {
  if (count_ == not_finite_) return {};
  return {{"from", smallest_}, {"to", greatest_}, {"mean", sum_ / static_cast<double>(count_ - not_finite_)}};
}

}  // namespace vrkn::inspect
