#pragma once

#include <functional>
#include <memory>

namespace vrkn {

/// Work of a device that is recorded once and then started by one call, however many kernels it is: a CUDA graph.
/// A replay reads and writes the memory that the recording read and wrote, and takes the recorded decisions: nothing
/// that the host computes or asks the device for may depend on the data.
class DeviceRecording {
 public:
  virtual ~DeviceRecording() = default;
  /// Does the work under the conditions of a recording. So it must be done a few times before `record`, for libraries
  /// to set up what they need.
  virtual void rehearse(const std::function<void()>& work) = 0;
  /// Records what `work` asks of the device, instead of doing it. Once only. Tensors that `work` makes and keeps have
  /// values after a replay.
  virtual void record(const std::function<void()>& work) = 0;
  /// Does what was recorded. The host does not wait for it.
  virtual void replay() = 0;
};

/// A recording on the current CUDA device. Throws ConfigError where there is none, or no CUDA in this build.
std::unique_ptr<DeviceRecording> make_device_recording();

}  // namespace vrkn
