#include "vrkn/nn/adam.h"

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::nn {

Adam::Adam(std::vector<at::Tensor> parameters, AdamOptions options)
    : options_(options), parameters_(std::move(parameters)) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> flat;
  for (const at::Tensor& parameter : parameters_) flat.push_back(parameter.detach().reshape(-1));
  values_ = at::cat(flat);
  gradients_ = at::zeros_like(values_);
  first_moment_ = at::zeros_like(values_);
  second_moment_ = at::zeros_like(values_);
  if (options_.average > 0.0) average_ = values_.clone();
  steps_ = at::zeros({}, values_.options().dtype(at::kDouble));
  int64_t offset = 0;
  for (at::Tensor& parameter : parameters_) {
    const int64_t count = parameter.numel();
    const auto sizes = parameter.sizes().vec();
    parameter.set_data(values_.narrow(0, offset, count).view(sizes));
    parameter.mutable_grad() = gradients_.narrow(0, offset, count).view(sizes);
    offset += count;
  }
}

void Adam::zero_gradients() {
  gradients_.zero_();
}

at::Tensor Adam::step() {
  const at::NoGradGuard no_grad;
  if (mean_) mean_(gradients_);
  const at::Tensor norm = gradients_.norm();
  const at::Tensor finite = norm.isfinite();
  // Clipping, and nothing at all when the gradient is not finite, without asking the device for a number.
  const at::Tensor scale = (options_.max_gradient_norm / (norm + 1e-6)).clamp_max(1.0);
  const at::Tensor g = at::where(finite, gradients_ * scale, at::zeros_like(gradients_));

  // Everything that changes from step to step is a tensor, so that a step can be recorded and replayed on a device.
  steps_.add_(1.0);
  const at::Tensor rate = options_.learning_rate / (1.0 - at::pow(options_.beta1, steps_)) * finite;
  const at::Tensor second_scale = (1.0 - at::pow(options_.beta2, steps_)).rsqrt();
  first_moment_.lerp_(g, 1.0 - options_.beta1);
  second_moment_.mul_(options_.beta2).addcmul_(g, g, 1.0 - options_.beta2);
  const at::Tensor denominator = second_moment_.sqrt().mul_(second_scale).add_(options_.epsilon);
  values_.sub_((first_moment_ / denominator).mul_(rate));
  if (average_.defined()) {
    const at::Tensor kept = ((1.0 + steps_) / (10.0 + steps_)).clamp_max(options_.average);
    average_.lerp_(values_, (1.0 - kept).to(values_.scalar_type()));
  }
  return norm;
}

void Adam::exchange_average() {
  if (!average_.defined()) return;
  const at::NoGradGuard no_grad;
  const at::Tensor newest = values_.clone();
  values_.copy_(average_);
  average_.copy_(newest);
}

void Adam::save(torch::serialize::OutputArchive& archive) const {
  archive.write("first_moment", first_moment_, /*is_buffer=*/true);
  archive.write("second_moment", second_moment_, /*is_buffer=*/true);
  archive.write("steps", steps_.to(at::kCPU, at::kLong), /*is_buffer=*/true);
  if (average_.defined()) archive.write("average", average_, /*is_buffer=*/true);
}

void Adam::load(torch::serialize::InputArchive& archive) {
  at::Tensor first, second, steps, average;
  if (!archive.try_read("first_moment", first, /*is_buffer=*/true) ||
      !archive.try_read("second_moment", second, /*is_buffer=*/true) ||
      !archive.try_read("steps", steps, /*is_buffer=*/true)) {
    throw DataError("The archive holds no state of an Adam optimiser.");
  }
  if (average_.defined() && !archive.try_read("average", average, /*is_buffer=*/true)) {
    throw DataError("The archive holds no average of the weights.");
  }
  if (first.sizes() != first_moment_.sizes() || second.sizes() != second_moment_.sizes()) {
    throw DataError("The optimiser's state has " + std::to_string(first.numel()) + " numbers, this model has " +
                    std::to_string(first_moment_.numel()) + ".");
  }
  if (average_.defined() && average.sizes() != average_.sizes()) {
    throw DataError("The average of the weights has " + std::to_string(average.numel()) + " numbers, this model has " +
                    std::to_string(average_.numel()) + ".");
  }
  first_moment_.copy_(first);
  second_moment_.copy_(second);
  steps_.copy_(steps);
  if (average_.defined()) average_.copy_(average);
}

}  // namespace vrkn::nn
