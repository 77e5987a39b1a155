#pragma once

#include <functional>
#include <memory>

namespace vrkn::training {

/// Work of a device that is captured once and then started by one call, however many kernels it is: a CUDA graph.
/// A replay reads and writes the memory that the capture read and wrote, and takes its decisions: nothing
/// that the host computes or reads from the device may depend on the data.
class GraphCapture {
 public:
  virtual ~GraphCapture() = default;
  /// Does the work under the conditions of a capture. So it must be done a few times before `capture`, for libraries
  /// to set up what they need.
  virtual void warm_up(const std::function<void()>& work) = 0;
  /// Captures what `work` does on the device, instead of doing it. Once only. Tensors that `work` makes and keeps have
  /// values after a replay.
  virtual void capture(const std::function<void()>& work) = 0;
  /// Does what was captured. The host does not wait for it.
  virtual void replay() = 0;
};

/// A capture on the current CUDA device. Throws ConfigError where there is none, or no CUDA in this build.
std::unique_ptr<GraphCapture> make_graph_capture();

}  // namespace vrkn::training
