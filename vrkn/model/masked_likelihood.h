#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::model {

/// (image - mean)^2 of images that are hidden in part, from the pixels that are seen: the sum over the visible values,
/// divided by their number, times the number of all values. So a sensor weighs the same however much is hidden of it,
/// and what a model makes of hidden pixels costs nothing.
///
/// Shapes: mean, image [N, C, H, W]; visible bool [N, H, W]; result [N]. An image without a visible pixel gets 0, one
/// that is visible as a whole exactly what squared_error gives. Gradient: exactly 0 at hidden pixels, finite always;
/// the mask is a factor, so hidden values must be finite, too. Source: the masked reconstruction of Sec. 4.2. Throws
/// ShapeError.
at::Tensor masked_squared_error(const at::Tensor& mean, const at::Tensor& image, const at::Tensor& visible);

}  // namespace vrkn::model
