#include "vrkn/nn/fused.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "vrkn/kernel/recurrent.h"
#include "vrkn/nn/fused_rows.h"

namespace vrkn::nn {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

kernel::BoundedSigmoid bounded(const SigmoidRange& range) {
  const double share = (range.at_zero - range.low) / (range.high - range.low);
  return {range.low, range.high, std::log(share / (1.0 - share))};
}

kernel::DynamicsBounds bounds_of(const DynamicsRanges& ranges) {
  return {bounded(ranges.factor), bounded(ranges.var)};
}

kernel::DynamicsBounds saved_bounds(AutogradContext* context) {
  const auto one = [&](const char* name) {
    const std::vector<double> values = context->saved_data[name].toDoubleVector();
    return kernel::BoundedSigmoid{values[0], values[1], values[2]};
  };
  return {one("factor"), one("var")};
}

void save_bounds(AutogradContext* context, const kernel::DynamicsBounds& bounds) {
  const auto one = [](const kernel::BoundedSigmoid& b) { return std::vector<double>{b.low, b.high, b.shift}; };
  context->saved_data["factor"] = one(bounds.factor);
  context->saved_data["var"] = one(bounds.var);
}

struct Gru : torch::autograd::Function<Gru> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& h, const Tensor& memory) {
    const Tensor gates = at::empty({memory.size(0), 4 * memory.size(1)}, memory.options());
    const Tensor next = run(x, h, memory, gates);
    context->save_for_backward({gates, memory});
    return next;
  }

  static Tensor run(const Tensor& x, const Tensor& h, const Tensor& memory, const Tensor& gates) {
    const int64_t size = memory.size(1);
    Tensor next = at::empty_like(memory);
    for_rows(memory, memory.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .gru_forward(rows.where, rows.count, size, rows.of(x), rows.of(h), rows.of(memory), rows.of(next),
                       rows.of(gates));
    });
    return next;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &gates = saved[0], &memory = saved[1], d_next = dense(gradients[0], memory);
    const int64_t B = memory.size(0), size = memory.size(1);
    const Tensor d_x = at::empty({B, 3 * size}, memory.options()), d_h = at::empty_like(d_x),
                 d_memory = at::empty_like(memory);
    for_rows(memory, B, size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .gru_backward(rows.where, rows.count, size, rows.of(gates), rows.of(memory), rows.of(d_next), rows.of(d_x),
                        rows.of(d_h), rows.of(d_memory));
    });
    return {d_x, d_h, d_memory};
  }
};

struct Predict : torch::autograd::Function<Predict> {
  static variable_list forward(AutogradContext* context, const Tensor& raw, const Tensor& mean, const Tensor& var,
                               const kernel::DynamicsBounds& bounds) {
    const variable_list out = run(raw, mean, var, bounds);
    context->save_for_backward({out[0], out[2], mean, var});
    save_bounds(context, bounds);
    return out;
  }

  static variable_list run(const Tensor& raw, const Tensor& mean, const Tensor& var,
                           const kernel::DynamicsBounds& bounds) {
    const int64_t size = mean.size(1);
    variable_list out;
    for (int i = 0; i < 5; ++i) out.push_back(at::empty_like(mean));
    for_rows(mean, mean.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .predict_forward(rows.where, rows.count, size, bounds, rows.of(raw), rows.of(mean), rows.of(var),
                           {rows.of(out[0]), rows.of(out[1]), rows.of(out[2]), rows.of(out[3]), rows.of(out[4])});
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &factor = saved[0], &noise_var = saved[1], &mean = saved[2], &var = saved[3];
    const kernel::DynamicsBounds bounds = saved_bounds(context);
    for (Tensor& gradient : gradients) gradient = dense(gradient, mean);
    const int64_t size = mean.size(1);
    const Tensor d_raw = at::empty({mean.size(0), 3 * size}, mean.options()), d_mean = at::empty_like(mean),
                 d_var = at::empty_like(mean);
    for_rows(mean, mean.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .predict_backward(rows.where, rows.count, size, bounds, rows.of(factor), rows.of(noise_var), rows.of(mean),
                            rows.of(var),
                            {rows.of(gradients[0]), rows.of(gradients[1]), rows.of(gradients[2]), rows.of(gradients[3]),
                             rows.of(gradients[4])},
                            rows.of(d_raw), rows.of(d_mean), rows.of(d_var));
    });
    return {d_raw, d_mean, d_var, Tensor()};
  }
};

struct Imagine : torch::autograd::Function<Imagine> {
  static variable_list forward(AutogradContext* context, const Tensor& raw, const Tensor& mean, const Tensor& var,
                               const Tensor& state, const Tensor& noise, const kernel::DynamicsBounds& bounds) {
    context->save_for_backward({raw, mean, var, state, noise});
    save_bounds(context, bounds);
    return run(raw, mean, var, state, noise, bounds);
  }

  static variable_list run(const Tensor& raw, const Tensor& mean, const Tensor& var, const Tensor& state,
                           const Tensor& noise, const kernel::DynamicsBounds& bounds) {
    const int64_t size = mean.size(1);
    const variable_list out{at::empty_like(mean), at::empty_like(mean), at::empty_like(mean)};
    for_rows(mean, mean.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .imagine_forward(rows.where, rows.count, size, bounds, rows.of(raw), rows.of(noise),
                           {rows.of(mean), rows.of(var), rows.of(state)},
                           {rows.of(out[0]), rows.of(out[1]), rows.of(out[2])});
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &raw = saved[0], &mean = saved[1], &var = saved[2], &state = saved[3], &noise = saved[4];
    const kernel::DynamicsBounds bounds = saved_bounds(context);
    for (Tensor& gradient : gradients) gradient = dense(gradient, mean);
    const int64_t size = mean.size(1);
    const Tensor d_raw = at::empty_like(raw), d_mean = at::empty_like(mean), d_var = at::empty_like(mean),
                 d_state = at::empty_like(mean);
    for_rows(mean, mean.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .imagine_backward(rows.where, rows.count, size, bounds, rows.of(raw), rows.of(noise),
                            {rows.of(mean), rows.of(var), rows.of(state)},
                            {rows.of(gradients[0]), rows.of(gradients[1]), rows.of(gradients[2])}, rows.of(d_raw),
                            {rows.of(d_mean), rows.of(d_var), rows.of(d_state)});
    });
    return {d_raw, d_mean, d_var, d_state, Tensor(), Tensor()};
  }
};

struct Update : torch::autograd::Function<Update> {
  static variable_list forward(AutogradContext* context, const Tensor& mean, const Tensor& var, const Tensor& obs,
                               const Tensor& obs_var, const Tensor& valid) {
    context->save_for_backward({mean, var, obs, obs_var, valid});
    return run(mean, var, obs, obs_var, valid);
  }

  static variable_list run(const Tensor& mean, const Tensor& var, const Tensor& obs, const Tensor& obs_var,
                           const Tensor& valid) {
    const int64_t size = mean.size(1);
    const variable_list out{at::empty_like(mean), at::empty_like(mean)};
    for_rows(mean, mean.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .update_forward(rows.where, rows.count, size, {rows.of(mean), rows.of(var), rows.of(obs), rows.of(obs_var)},
                          rows.of(valid), rows.of(out[0]), rows.of(out[1]));
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &mean = saved[0], &var = saved[1], &obs = saved[2], &obs_var = saved[3], &valid = saved[4];
    for (Tensor& gradient : gradients) gradient = dense(gradient, mean);
    const int64_t size = mean.size(1);
    const variable_list d{at::empty_like(mean), at::empty_like(mean), at::empty_like(mean), at::empty_like(mean)};
    for_rows(mean, mean.size(0), size, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .update_backward(rows.where, rows.count, size, {rows.of(mean), rows.of(var), rows.of(obs), rows.of(obs_var)},
                           rows.of(valid), rows.of(gradients[0]), rows.of(gradients[1]),
                           {rows.of(d[0]), rows.of(d[1]), rows.of(d[2]), rows.of(d[3])});
    });
    return {d[0], d[1], d[2], d[3], Tensor()};
  }
};

}  // namespace

bool can_fuse(const Tensor& tensor) {
  const bool has_kernels = tensor.is_cpu() || (tensor.is_cuda() && kernel::has_cuda_kernels());
  return has_kernels && (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kDouble);
}

Tensor fused_gru(const Tensor& input_share, const Tensor& memory_share, const Tensor& memory) {
  const Tensor x = input_share.contiguous(), h = memory_share.contiguous(), m = memory.contiguous();
  return at::GradMode::is_enabled() ? Gru::apply(x, h, m) : Gru::run(x, h, m, /*gates=*/{});
}

PredictedStep fused_predict(const Tensor& raw, const math::DiagonalGaussian& posterior, const DynamicsRanges& ranges) {
  const Tensor r = raw.contiguous(), mean = posterior.mean.contiguous(), var = posterior.var.contiguous();
  const kernel::DynamicsBounds bounds = bounds_of(ranges);
  const variable_list out =
      at::GradMode::is_enabled() ? Predict::apply(r, mean, var, bounds) : Predict::run(r, mean, var, bounds);
  return {{.factor = out[0], .offset = out[1], .var = out[2]}, {out[3], out[4]}};
}

ImaginedStep fused_imagine(const Tensor& raw, const math::DiagonalGaussian& belief, const Tensor& state,
                           const Tensor& noise, const DynamicsRanges& ranges) {
  const Tensor r = raw.contiguous(), mean = belief.mean.contiguous(), var = belief.var.contiguous(),
               s = state.contiguous(), n = noise.contiguous();
  const kernel::DynamicsBounds bounds = bounds_of(ranges);
  const variable_list out = at::GradMode::is_enabled() ? Imagine::apply(r, mean, var, s, n, bounds)
                                                       : Imagine::run(r, mean, var, s, n, bounds);
  return {{out[0], out[1]}, out[2]};
}

math::DiagonalGaussian fused_update(const math::DiagonalGaussian& prior, const Tensor& obs, const Tensor& obs_var,
                                    const Tensor& valid) {
  const Tensor mean = prior.mean.contiguous(), var = prior.var.contiguous(), w = obs.contiguous(),
               R = obs_var.contiguous(), v = valid.contiguous();
  const variable_list out =
      at::GradMode::is_enabled() ? Update::apply(mean, var, w, R, v) : Update::run(mean, var, w, R, v);
  return {out[0], out[1]};
}

}  // namespace vrkn::nn
