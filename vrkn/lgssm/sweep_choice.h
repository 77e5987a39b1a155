#pragma once

#include <vector>

#include "vrkn/lgssm/sweep.h"

// Which sweeps run here. Apart from sweep.h, so that nothing of the standard library reaches the code for newer
// processors.
namespace vrkn::lgssm {

/// The sweeps this processor can run, the fastest last.
std::vector<const Sweeps*> runnable_sweeps();
/// The fastest of them.
const Sweeps& best_sweeps();

/// Doubles that any of the sweeps needs to work in.
int64_t workspace_size(int64_t Z, int64_t O);

}  // namespace vrkn::lgssm
