#pragma once

#include <gtest/gtest.h>

#include "tests/support/on_device.h"
#include "vrkn/kernel/device_stream.h"

namespace vrkn {

/// OnDevice for what runs as kernels of our own: skips a CUDA device in programs that were built without these.
class OnDeviceWithKernels : public OnDevice {
 protected:
  void SetUp() override {
    OnDevice::SetUp();
    if (!IsSkipped() && device().is_cuda() && !kernel::has_cuda_kernels())
      GTEST_SKIP() << "no kernels for CUDA devices";
  }
};

}  // namespace vrkn
