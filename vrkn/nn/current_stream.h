#pragma once

#include <c10/core/Device.h>

#include "vrkn/kernel/device_stream.h"

namespace vrkn::nn {

/// Where our kernels run for tensors on `device`, a CUDA device being the current one: on its current stream, where
/// LibTorch's own kernels go. Programs without kernels for CUDA devices know no streams and get the default one.
kernel::DeviceStream current_stream(c10::Device device);

}  // namespace vrkn::nn
