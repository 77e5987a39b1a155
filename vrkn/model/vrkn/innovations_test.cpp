#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/model/vrkn/vrkn.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::model::innovations_test {
namespace {

using at::Tensor;

constexpr int64_t kB = 400, kT = 30, kZ = 3;

/// A model whose sensors say their latent observation themselves: mean heads are the identity, variance heads read
/// nothing, so that every variance is softplus's 1.
std::shared_ptr<Vrkn> transparent_vrkn() {
  const at::NoGradGuard no_grad;
  auto model = std::make_shared<Vrkn>(VrknConfig{.latent_dim = kZ, .hidden_dim = 8}, std::vector<int64_t>{kZ, kZ}, 1);
  math::TensorGenerator rng(1);
  nn::initialise(*model, rng);
  for (auto& parameter : model->named_parameters()) {
    const std::string& name = parameter.key();
    if (name.find("_head") == std::string::npos) continue;
    parameter.value().zero_();
    if (name.starts_with("mean_head") && name.ends_with("weight")) parameter.value().copy_(at::eye(kZ));
  }
  model->to(at::kDouble);
  return model;
}

/// Normalised innovations squared [.., 2 sensors] of worlds drawn from the model, but with `obs_var` around the state
/// in place of the 1 that the model believes in.
Tensor normalised_innovations(double obs_var) {
  const at::NoGradGuard no_grad;
  const auto model = transparent_vrkn();
  math::TensorGenerator rng(2);
  const Sampling map{rng, false};
  Belief prior = model->initial(kB, map);
  std::vector<Tensor> squares;
  for (int64_t t = 0; t < kT; ++t) {
    // The chain of samples is the world: each is drawn from the dynamics at the one before.
    const Tensor state = prior.sample;
    SensorEmbeddings embeddings;
    for (int sensor = 0; sensor < 2; ++sensor) {
      embeddings.values.push_back(state + std::sqrt(obs_var) * rng.normal_like(state));
      embeddings.valid.push_back((rng.uniform({kB, 1}, at::kDouble) < 0.8).to(at::kDouble));
    }
    const std::vector<math::DiagonalGaussian> innovations = model->innovations(prior, embeddings);
    EXPECT_EQ(innovations.size(), 2u);
    squares.push_back(at::stack(
        {innovations[0].mean.square() / innovations[0].var, innovations[1].mean.square() / innovations[1].var}, -1));
    Belief posterior = model->update(prior, embeddings, map);
    posterior.sample = state;
    prior = model->predict(posterior, rng.normal({kB, 1}, at::kDouble), map);
  }
  return at::stack(squares);
}

TEST(VrknInnovations, AreWhiteAndAsWideAsTheyClaimInAWorldOfTheirOwn) {
  const Tensor nis = normalised_innovations(1.0);
  // Of one sensor: squares of independent standard normal numbers, whose variance is 2. The two sensors are not
  // independent of each other, so they are looked at one by one.
  const double error = std::sqrt(2.0 / static_cast<double>(kB * kT * kZ));
  for (int64_t sensor = 0; sensor < 2; ++sensor) {
    EXPECT_NEAR(nis.select(-1, sensor).mean().item<double>(), 1.0, 6 * error);
  }
}

TEST(VrknInnovations, TellOfNoiseThatTheModelDoesNotKnow) {
  EXPECT_GT(normalised_innovations(2.0).mean().item<double>(), 1.3);
  EXPECT_LT(normalised_innovations(0.25).mean().item<double>(), 0.8);
}

}  // namespace
}  // namespace vrkn::model::innovations_test
