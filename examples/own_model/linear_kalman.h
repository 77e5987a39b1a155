#pragma once

#include <vrkn/math/kalman.h>
#include <vrkn/model/state_space_model.h>

#include <torch/nn/modules/linear.h>
#include <torch/types.h>

/// A Kalman smoother whose matrices are learned, the same everywhere: z' = a z + B u + N(0, q), a and q diagonal, and
/// every sensor's embedding, through a linear layer, is a reading of z with a variance of its own.
class LinearKalman final : public vrkn::model::StateSpaceModel {
 public:
  LinearKalman(const std::vector<int64_t>& embedding_sizes, int64_t action_size, int64_t latent_dim)
      : a_logit_(register_parameter("a_logit", torch::full({latent_dim}, 3.0))),
        log_q_(register_parameter("log_q", torch::full({latent_dim}, -4.0))),
        push_(register_module("push", torch::nn::Linear(action_size, latent_dim))) {
    for (size_t s = 0; s < embedding_sizes.size(); ++s) {
      const std::string name = "sensor" + std::to_string(s);
      read_.push_back(register_module(name, torch::nn::Linear(embedding_sizes[s], latent_dim)));
      log_r_.push_back(register_parameter(name + "_log_r", torch::zeros({latent_dim})));
    }
  }

  vrkn::model::Belief initial(int64_t batch, vrkn::model::Sampling sampling) override {
    return sampled({torch::zeros({batch, log_q_.size(0)}), torch::ones({batch, log_q_.size(0)})}, sampling);
  }

  vrkn::model::Belief predict(const vrkn::model::Belief& belief, const at::Tensor& action,
                              vrkn::model::Sampling sampling) override {
    const vrkn::math::LinearDynamics step = dynamics(action);
    vrkn::model::Belief next = sampled(vrkn::math::conditional(step, belief.sample), sampling);  // the chain of samples
    const vrkn::math::DiagonalGaussian prior = vrkn::math::predict(belief.moments(), step);      // the chain of moments
    next.mean = prior.mean;
    next.var = prior.var;
    return next;
  }

  vrkn::model::Belief update(const vrkn::model::Belief& prior, const vrkn::model::SensorEmbeddings& embeddings,
                             vrkn::model::Sampling sampling) override {
    vrkn::math::DiagonalGaussian posterior = prior.moments();
    for (size_t s = 0; s < read_.size(); ++s) {
      const at::Tensor reading = read_[s]->forward(embeddings.values[s]);
      posterior = vrkn::math::update(posterior, reading, log_r_[s].exp().expand_as(reading), embeddings.valid[s]);
    }
    return sampled(posterior, sampling);
  }

  vrkn::model::Inference infer(const vrkn::model::SensorEmbeddings& embeddings, const at::Tensor& actions,
                               vrkn::model::Sampling sampling) override;

  at::Tensor features(const vrkn::model::Belief& belief) const override { return belief.sample; }

 private:
  vrkn::math::LinearDynamics dynamics(const at::Tensor& action) {
    const at::Tensor offset = push_->forward(action);
    return {torch::sigmoid(a_logit_).expand_as(offset), offset, log_q_.exp().expand_as(offset)};
  }
  static vrkn::model::Belief sampled(const vrkn::math::DiagonalGaussian& moments, vrkn::model::Sampling sampling) {
    return {moments.mean, moments.var, vrkn::math::sample(moments, sampling.rng.normal_like(moments.mean)), {}};
  }

  at::Tensor a_logit_, log_q_;
  torch::nn::Linear push_;
  std::vector<torch::nn::Linear> read_;
  std::vector<at::Tensor> log_r_;
};
