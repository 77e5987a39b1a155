#include <c10/cuda/CUDAStream.h>

#include "vrkn/nn/current_stream.h"

namespace vrkn::nn {

kernel::DeviceStream current_stream(c10::Device device) {
  if (!device.is_cuda()) return {};
  return {.on_cuda = true, .stream = c10::cuda::getCurrentCUDAStream(device.index()).stream()};
}

}  // namespace vrkn::nn
