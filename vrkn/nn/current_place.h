#pragma once

#include <c10/core/Device.h>

#include "vrkn/kernel/place.h"

namespace vrkn {

/// Where our kernels run for tensors on `device`, a CUDA device being the current one: on its current stream, where
/// LibTorch's own kernels go. Programs without kernels for CUDA devices know no streams and get the default one.
Place current_place(c10::Device device);

}  // namespace vrkn
