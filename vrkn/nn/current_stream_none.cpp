#include "vrkn/nn/current_stream.h"

namespace vrkn::nn {

kernel::DeviceStream current_stream(c10::Device device) {
  return {.on_cuda = device.is_cuda()};
}

}  // namespace vrkn::nn
