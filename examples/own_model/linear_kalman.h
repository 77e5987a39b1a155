#pragma once

#include <vrkn/math/kalman.h>
#include <vrkn/model/state_space_model.h>

#include <torch/nn/modules/linear.h>
#include <torch/types.h>

/// A Kalman smoother whose matrices are learned, the same everywhere: z' = a z + B u + N(0, q), a and q diagonal, and
/// every sensor's embedding, through a linear layer, is a reading of z with a variance of its own.
class LinearKalman final : public vrkn::StateSpaceModel {
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

  vrkn::Belief initial(int64_t batch, vrkn::Sampling sampling) override {
    return sampled({torch::zeros({batch, log_q_.size(0)}), torch::ones({batch, log_q_.size(0)})}, sampling);
  }

  vrkn::Belief predict(const vrkn::Belief& belief, const at::Tensor& action, vrkn::Sampling sampling) override {
    const vrkn::LinearDynamics step = dynamics(action);
    vrkn::Belief next = sampled(vrkn::conditional(step, belief.sample), sampling);  // the chain of samples
    const vrkn::DiagonalGaussian prior = vrkn::predict(belief.moments(), step);     // the chain of moments
    next.mean = prior.mean;
    next.var = prior.var;
    return next;
  }

  vrkn::Belief update(const vrkn::Belief& prior, const vrkn::SensorEmbeddings& embeddings,
                      vrkn::Sampling sampling) override {
    vrkn::DiagonalGaussian posterior = prior.moments();
    for (size_t s = 0; s < read_.size(); ++s) {
      const at::Tensor reading = read_[s]->forward(embeddings.values[s]);
      posterior = vrkn::update(posterior, reading, log_r_[s].exp().expand_as(reading), embeddings.valid[s]);
    }
    return sampled(posterior, sampling);
  }

  vrkn::Inference infer(const vrkn::SensorEmbeddings& embeddings, const at::Tensor& actions,
                        vrkn::Sampling sampling) override;

  at::Tensor features(const vrkn::Belief& belief) const override { return belief.sample; }

 private:
  vrkn::LinearDynamics dynamics(const at::Tensor& action) {
    const at::Tensor offset = push_->forward(action);
    return {torch::sigmoid(a_logit_).expand_as(offset), offset, log_q_.exp().expand_as(offset)};
  }
  static vrkn::Belief sampled(const vrkn::DiagonalGaussian& moments, vrkn::Sampling sampling) {
    return {moments.mean, moments.var, vrkn::sample(moments, sampling.rng.normal_like(moments.mean)), {}};
  }

  at::Tensor a_logit_, log_q_;
  torch::nn::Linear push_;
  std::vector<torch::nn::Linear> read_;
  std::vector<at::Tensor> log_r_;
};
