#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vrkn/inspect/inspection.h"

namespace vrkn::inspect {

/// How numbers scatter.
class ValueRange {
 public:
  void add(double value);
  void add(std::span<const double> values);

  int64_t count() const { return count_; }            ///< of all
  int64_t not_finite() const { return not_finite_; }  ///< NaN and infinity
  /// `from`, `to` and `mean` of the finite ones; nothing when there are none.
  std::vector<Fact> facts() const;

 private:
  int64_t count_ = 0, not_finite_ = 0;
  double smallest_ = 0.0, greatest_ = 0.0, sum_ = 0.0;
};

}  // namespace vrkn::inspect
