#include "vrkn/math/gaussian.h"

#include <ATen/ATen.h>

#include "vrkn/core/log_two_pi.h"

namespace vrkn::math {

at::Tensor sample(const DiagonalGaussian& moments, const at::Tensor& noise) {
  return at::addcmul(moments.mean, moments.var.sqrt(), noise);
}

at::Tensor log_prob(const DiagonalGaussian& moments, const at::Tensor& x) {
  const at::Tensor squared = (x - moments.mean).square() / moments.var;
  return (squared + moments.var.log() + kLogTwoPi).sum(-1) * -0.5;
}

at::Tensor squared_error(const at::Tensor& mean, const at::Tensor& x, int64_t first_event_axis) {
  // One pass each way, where x - mean and its square make seven.
  return at::mse_loss(mean, x, at::Reduction::None).flatten(first_event_axis).sum(-1);
}

at::Tensor kl_divergence(const DiagonalGaussian& q, const DiagonalGaussian& p) {
  const at::Tensor ratio = q.var / p.var;
  const at::Tensor squared = (q.mean - p.mean).square() / p.var;
  return (ratio + squared - 1.0 - ratio.log()).sum(-1) * 0.5;
}

}  // namespace vrkn::math
