#pragma once

#include <memory>

#include <ATen/record_function.h>
#include <c10/util/ThreadLocalDebugInfo.h>

namespace vrkn::bench {

/// Hears of every operator of LibTorch and of every named part (vrkn/math/profile_scope.h) that this thread, and the
/// backward passes it starts, run while an ObserverScope of it lives. Operators that other operators call come in
/// between the begin and the end of these. What calls no operator, such as loops of our own, is not heard of.
class OperatorObserver : public c10::DebugInfoBase {
 public:
  virtual void begin(const at::RecordFunction& call) = 0;
  virtual void end() = 0;
};

/// For as long as it lives, `observer` hears. One at a time in a thread.
class ObserverScope {
 public:
  /// `inputs`: whether the observer looks at the operators' inputs, which costs time.
  ObserverScope(std::shared_ptr<OperatorObserver> observer, bool inputs);
  ~ObserverScope();
  ObserverScope(const ObserverScope&) = delete;
  ObserverScope& operator=(const ObserverScope&) = delete;

 private:
  c10::DebugInfoGuard guard_;  // carries the observer to the threads of a backward pass, too
  at::CallbackHandle callback_;
};

}  // namespace vrkn::bench
