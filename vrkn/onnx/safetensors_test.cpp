#include "vrkn/onnx/safetensors.h"

#include <cstring>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"

namespace vrkn::onnx::safetensors_test {
namespace {

TEST(Safetensors, HoldsTypesShapesAndNumbers) {
  const std::string file = safetensors({{"a.weight", at::tensor({1.0f, 2.0f, 3.0f, 4.0f}).view({2, 2}).t()},
                                        {"count", at::scalar_tensor(7.0, at::kDouble)}});
  uint64_t length = 0;
  ASSERT_GE(file.size(), sizeof length);
  std::memcpy(&length, file.data(), sizeof length);
  EXPECT_EQ(length % 8, 0u);
  ASSERT_EQ(file.size(), 8 + length + 16 + 8);
  const auto header = nlohmann::json::parse(file.substr(8, length));
  EXPECT_EQ(header.at("a.weight"), (nlohmann::json{{"dtype", "F32"}, {"shape", {2, 2}}, {"data_offsets", {0, 16}}}));
  EXPECT_EQ(header.at("count"),
            (nlohmann::json{{"dtype", "F64"}, {"shape", nlohmann::json::array()}, {"data_offsets", {16, 24}}}));
  float transposed[4];
  std::memcpy(transposed, file.data() + 8 + length, sizeof transposed);
  EXPECT_EQ(transposed[1], 3.0f);
  EXPECT_EQ(transposed[2], 2.0f);
}

TEST(Safetensors, RefusesTypesThatItDoesNotHold) {
  EXPECT_THROW(safetensors({{"flags", at::ones({2}, at::kBool)}}), Error);
}

}  // namespace
}  // namespace vrkn::onnx::safetensors_test
