#include "vrkn/onnx/layers.h"

#include <cmath>
#include <string>

namespace vrkn::onnx {
namespace {

/// x W^T + b of a weight and a bias with these names.
Value affine(const Value& x, const Weights& weights, const std::string& weight, const std::string& bias) {
  return apply("Gemm", {x, weights.constant(weight, x), weights.constant(bias, x)}, {{"transB", int64_t{1}}});
}

constexpr int64_t kStride = 2;

Value convolution(std::string_view op, const Value& x, const Weights& weights) {
  return apply(op, {x, weights.constant("weight", x), weights.constant("bias", x)},
               {{"strides", std::vector<int64_t>{kStride, kStride}}});
}

std::string numbered(const char* name, int64_t number) {
  return name + std::to_string(number);
}

}  // namespace

Value activate(std::string_view nonlinearity, const Value& x) {
  return nonlinearity == "elu" ? elu(x) : relu(x);
}

Value bounded_sigmoid(const Value& x, double low, double high, double at_zero) {
  const double share = (at_zero - low) / (high - low);
  return sigmoid(x + std::log(share / (1.0 - share))) * (high - low) + low;
}

Value floored_softplus(const Value& x, double floor, double at_zero) {
  return softplus(x + std::log(std::exp(at_zero - floor) - 1.0)) + floor;
}

Value affine(const Value& x, const Weights& weights) {
  return affine(x, weights, "weight", "bias");
}

Value mlp(Value x, const Weights& weights, std::string_view nonlinearity) {
  for (int64_t i = 0; weights.contains(numbered("hidden", i)); ++i) {
    x = activate(nonlinearity, affine(x, weights.of(numbered("hidden", i))));
  }
  return weights.contains("output") ? affine(x, weights.of("output")) : x;
}

Value gru(const Value& x, const Value& memory, const Weights& weights) {
  const int64_t size = weights.tensor("memory_weight").size(1);
  const auto of_x = split(affine(x, weights, "input_weight", "input_bias"), {size, size, size});
  const auto of_memory = split(affine(memory, weights, "memory_weight", "memory_bias"), {size, size, size});
  const Value reset = sigmoid(of_x[0] + of_memory[0]), keep = sigmoid(of_x[1] + of_memory[1]);
  const Value candidate = tanh(of_x[2] + reset * of_memory[2]);
  return candidate + keep * (memory - candidate);
}

Value fourier_features(const Value& x, const Weights& weights) {
  constexpr double kFrequency = 5.0;
  const Value phase = apply("Gemm", {x, weights.constant("weight", x)}, {{"transB", int64_t{1}}}) * kFrequency;
  return concat({sin(phase), cos(phase)});
}

Value image_encoder(Value images, const Weights& weights) {
  for (int64_t i = 0; weights.contains(numbered("conv", i)); ++i) {
    images = relu(convolution("Conv", images, weights.of(numbered("conv", i))));
  }
  return reshape(images, {0, -1});
}

Value image_decoder(const Value& features, const Weights& weights, int64_t height, int64_t width) {
  int64_t layers = 0;
  while (weights.contains(numbered("conv", layers))) ++layers;
  for (int64_t i = layers - 1; i >= 0; --i) {  // the sizes that every layer makes `height` and `width` of
    const at::Tensor kernel = weights.of(numbered("conv", i)).tensor("weight");  // [in, out, rows, columns]
    height = (height - kernel.size(2)) / kStride + 1;
    width = (width - kernel.size(3)) / kStride + 1;
  }
  Value x = reshape(affine(features, weights.of("linear")), {0, -1, height, width});
  for (int64_t i = 0; weights.contains(numbered("conv", i)); ++i) {
    if (i > 0) x = relu(x);
    x = convolution("ConvTranspose", x, weights.of(numbered("conv", i)));
  }
  return x;
}

}  // namespace vrkn::onnx
