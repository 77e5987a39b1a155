#include "vrkn/kalman/recursion_choice.h"

#include "vrkn/core/processor.h"

namespace vrkn::kalman {

std::vector<const Recursions*> runnable_recursions() {
  std::vector<const Recursions*> result{&kBaselineRecursions};
#ifdef __x86_64__
  const ProcessorFamily family = processor_family();
  if (family >= ProcessorFamily::kAvx2) result.push_back(&kAvx2Recursions);
  if (family >= ProcessorFamily::kAvx512) result.push_back(&kAvx512Recursions);
#endif
  return result;
}

const Recursions& best_recursions() {
  static const Recursions& best = *runnable_recursions().back();
  return best;
}

int64_t workspace_size(int64_t Z, int64_t O) {
  const int64_t covariances = 12 * Z * padded(Z) + 4 * O * padded(Z) + O * padded(O) + Z * padded(O) + Z + O;
  const int64_t means = 2 * (Z + O) * kSharedPacks;
  return kLanes * (covariances + means + 32);
}

}  // namespace vrkn::kalman
