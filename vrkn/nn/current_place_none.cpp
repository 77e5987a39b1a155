#include "vrkn/nn/current_place.h"

namespace vrkn {

Place current_place(c10::Device device) {
  return {.on_cuda = device.is_cuda()};
}

}  // namespace vrkn
