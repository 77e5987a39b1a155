#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>

#include "vrkn/model/rssm/rssm_config.h"
#include "vrkn/model/state_space_model.h"
#include "vrkn/nn/gru_cell.h"
#include "vrkn/nn/nonlinearity.h"

namespace vrkn::model {

/// What makes an RSSM smooth (paper, Section 2.3): a gated unit that runs backwards over the embeddings, with a hidden
/// layer before and after it,
///
///   g_t = GRU(psi_1(o_t), memory = g_{t+1}),  g_T = 0,        e_t = psi_2(g_t),
///
/// so that e_t, which the RSSM gets in place of the embeddings, knows all observations from t on.
class RssmSmootherImpl final : public torch::nn::Cloneable<RssmSmootherImpl> {
 public:
  RssmSmootherImpl(RssmConfig config, std::vector<int64_t> embedding_sizes);
  void reset() override;

  /// SensorEmbeddings with leading [B, T] -> what takes its place: one embedding [B, T, M] per step.
  at::Tensor forward(const SensorEmbeddings& embeddings);

  RssmConfig config;
  std::vector<int64_t> embedding_sizes;
  nn::Nonlinearity nonlinearity;
  torch::nn::Linear input{nullptr}, output{nullptr};  // input: of (embeddings, validity flags)
  nn::GruCell gate{nullptr};
};
TORCH_MODULE(RssmSmoother);

}  // namespace vrkn::model
