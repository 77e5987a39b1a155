#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/nn/gru_cell.h"
#include "vrkn/nn/mlp.h"
#include "vrkn/study/conditional_chain.h"

namespace vrkn::study {

/// A learned inference distribution: observations [N, T, Z], double, to a chain of states.
class InferenceNetwork : public torch::nn::Module {
 public:
  virtual ConditionalChain infer(const at::Tensor& observations) = 0;
};

/// q(z_t | z_{t-1}, o_t) = N(F z_{t-1} + G o_t, L L^T), the same at all steps but the first: the RSSM's assumptions, as
/// far as a linear map goes.
class LinearFilterInference final : public InferenceNetwork {
 public:
  LinearFilterInference(int64_t size, double observation_var);
  ConditionalChain infer(const at::Tensor& observations) override;

 private:
  at::Tensor factor_, gain_, root_, first_gain_, first_root_;  // [Z, Z]
};

/// A Gaussian that is linear in a state, from features: the output layer of the networks below.
class LocallyLinearHead final : public torch::nn::Module {
 public:
  LocallyLinearHead(int64_t features, int64_t size, bool with_factor);
  struct Output {
    at::Tensor factor;  ///< [..., Z, Z]; undefined without
    at::Tensor offset;  ///< [..., Z]
    at::Tensor root;    ///< [..., Z, Z]
  };
  Output forward(const at::Tensor& features);

 private:
  int64_t size_;
  bool with_factor_;
  torch::nn::Linear linear_{nullptr};
};

/// The RSSM's assumptions with networks: F, b and L are functions of o_t.
class FilterNetwork final : public InferenceNetwork {
 public:
  FilterNetwork(int64_t size, int64_t hidden);
  ConditionalChain infer(const at::Tensor& observations) override;

 private:
  nn::Mlp body_{nullptr}, first_body_{nullptr};
  std::shared_ptr<LocallyLinearHead> head_, first_head_;
};

/// The state space model's own assumptions with networks: F, b and L are functions of o_{>=t}, which a gated unit
/// collects from the end of the sequence to its begin.
class SmootherNetwork final : public InferenceNetwork {
 public:
  SmootherNetwork(int64_t size, int64_t hidden);
  ConditionalChain infer(const at::Tensor& observations) override;

 private:
  nn::GruCell backward_{nullptr};
  at::Tensor last_memory_;  // [hidden], what the unit holds after the end
  std::shared_ptr<LocallyLinearHead> head_, first_head_;
};

}  // namespace vrkn::study
