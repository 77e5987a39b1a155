#include "vrkn/bench/operator_observer.h"

#include <utility>

namespace vrkn::bench {
namespace {

const auto kKind = c10::DebugInfoKind::PRODUCER_INFO;

OperatorObserver* current() {
  return static_cast<OperatorObserver*>(c10::ThreadLocalDebugInfo::get(kKind));
}

std::unique_ptr<at::ObserverContext> on_begin(const at::RecordFunction& call) {
  if (OperatorObserver* const observer = current()) observer->begin(call);
  return nullptr;
}

void on_end(const at::RecordFunction&, at::ObserverContext*) {
  if (OperatorObserver* const observer = current()) observer->end();
}

at::RecordFunctionCallback callback(bool inputs) {
  return at::RecordFunctionCallback(on_begin, on_end)
      .needsInputs(inputs)
      .scopes({at::RecordScope::FUNCTION, at::RecordScope::USER_SCOPE});
}

}  // namespace

ObserverScope::ObserverScope(std::shared_ptr<OperatorObserver> observer, bool inputs)
    : guard_(kKind, std::move(observer)), callback_(at::addThreadLocalCallback(callback(inputs))) {}

ObserverScope::~ObserverScope() {
  at::removeCallback(callback_);
}

}  // namespace vrkn::bench
