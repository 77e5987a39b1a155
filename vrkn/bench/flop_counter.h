#pragma once

#include <functional>

#include "vrkn/bench/operator_observer.h"

namespace vrkn::bench {

/// Counts the floating-point operations of matrix products and convolutions: two for each multiply-add that the sizes
/// ask for, once for every call and, in backward passes, once for every gradient that is computed. What else there is,
/// elementwise operations above all, counts nothing.
///
/// It counts the operators of LibTorch and product() (vrkn/math/product.h). A product that calls a BLAS itself is not
/// seen, and one that is done twice counts twice.
class FlopCounter final : public OperatorObserver {
 public:
  void begin(const at::RecordFunction& call) override;
  void end() override;

  double flop() const { return flop_; }

 private:
  double flop_ = 0.0;
  int64_t depth_ = 0;    // calls under way
  int64_t counted_ = 0;  // the depth of the call that was counted, with all that it calls itself; 0: none is
};

/// What work() costs.
double count_flop(const std::function<void()>& work);

}  // namespace vrkn::bench
