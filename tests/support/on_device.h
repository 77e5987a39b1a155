#pragma once

#include <string>

#include <ATen/Context.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

namespace vrkn {

/// A test that runs on the CPU and, where there is one, on a CUDA device, against what the CPU makes of the same:
///
///   class ModelOnDevice : public OnDevice {};
///   TEST_P(ModelOnDevice, Learns) { ... device() ... }
///   INSTANTIATE_TEST_SUITE_P(Every, ModelOnDevice, devices(), device_name);
class OnDevice : public testing::TestWithParam<c10::DeviceType> {
 protected:
  void SetUp() override {
    if (device().is_cuda() && !torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
    at::globalContext().setAllowTF32CuDNN(false);  // LibTorch's default is true
  }
  c10::Device device() const { return c10::Device(GetParam()); }
};

inline auto devices() {
  return testing::Values(c10::kCPU, c10::kCUDA);
}

inline std::string device_name(const testing::TestParamInfo<c10::DeviceType>& info) {
  return c10::Device(info.param).str();
}

/// The norm of the difference over that of `expected`, on the CPU in double.
inline double relative_error(const at::Tensor& found, const at::Tensor& expected) {
  const at::Tensor x = found.detach().to(c10::kCPU, c10::kDouble), y = expected.detach().to(c10::kCPU, c10::kDouble);
  return ((x - y).norm() / y.norm().clamp_min(1e-30)).item<double>();
}

}  // namespace vrkn
