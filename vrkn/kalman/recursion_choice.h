#pragma once

#include <vector>

#include "vrkn/kalman/recursion.h"

// Which recursions run here. Apart from recursion.h, so that nothing of the standard library reaches the code for newer
// processors.
namespace vrkn::kalman {

/// The recursions this processor can run, the fastest last.
std::vector<const Recursions*> runnable_recursions();
/// The fastest of them.
const Recursions& best_recursions();

/// Doubles that any of the recursions needs to work in.
int64_t workspace_size(int64_t Z, int64_t O);

}  // namespace vrkn::kalman
