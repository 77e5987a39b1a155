#pragma once

#include <string_view>

#include "vrkn/onnx/graph.h"
#include "vrkn/onnx/weights.h"

namespace vrkn::onnx {

// The networks of vrkn/nn and the functions of vrkn/math as graphs: [rows, ...] in, [rows, ...] out.

/// "elu" or "relu".
Value activate(std::string_view nonlinearity, const Value& x);
/// low + (high - low) sigmoid(x + shift), which is `at_zero` at x = 0.
Value bounded_sigmoid(const Value& x, double low, double high, double at_zero);
/// floor + softplus(x + shift), which is `at_zero` at x = 0.
Value floored_softplus(const Value& x, double floor, double at_zero);

/// x W^T + b.
Value affine(const Value& x, const Weights& weights);
/// Hidden layers, as many as there are weights of, and an output layer where there is one.
Value mlp(Value x, const Weights& weights, std::string_view nonlinearity = "elu");
/// The gated unit's next memory.
Value gru(const Value& x, const Value& memory, const Weights& weights);
/// (sin(f W x), cos(f W x)).
Value fourier_features(const Value& x, const Weights& weights);
/// [rows, channels, height, width] -> [rows, features].
Value image_encoder(Value images, const Weights& weights);
/// [rows, features] -> [rows, channels, height, width].
Value image_decoder(const Value& features, const Weights& weights, int64_t height, int64_t width);

}  // namespace vrkn::onnx
