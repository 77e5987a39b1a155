#include "vrkn/math/activation.h"

#include <cmath>

#include <ATen/ATen.h>

namespace vrkn::math {

at::Tensor bounded_sigmoid(const at::Tensor& x, double low, double high, double at_zero) {
  const double share = (at_zero - low) / (high - low);
  const double shift = std::log(share / (1.0 - share));
  return at::sigmoid(x + shift) * (high - low) + low;
}

at::Tensor floored_softplus(const at::Tensor& x, double floor, double at_zero) {
  const double shift = std::log(std::expm1(at_zero - floor));
  return at::softplus(x + shift) + floor;
}

}  // namespace vrkn::math
