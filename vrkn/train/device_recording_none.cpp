#include "vrkn/core/error.h"
#include "vrkn/train/device_recording.h"

namespace vrkn {

std::unique_ptr<DeviceRecording> make_device_recording() {
  throw ConfigError("cuda.graph is true, but this program was built with a LibTorch without CUDA; allowed here: false");
}

}  // namespace vrkn
