#include "vrkn/study/conditional_chain.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::study::conditional_chain_test {
namespace {

using at::Tensor;

constexpr int64_t N = 2, T = 4, Z = 3;
constexpr double kObservationVar = 0.3;
const double kLog2Pi = std::log(2.0 * std::numbers::pi);

Tensor root(math::TensorGenerator& rng, std::vector<int64_t> sizes) {
  const Tensor raw = 0.4 * rng.normal(sizes, at::kDouble);
  return at::tril(raw, -1) + at::diag_embed(0.3 + raw.diagonal(0, -2, -1).abs());
}

ConditionalChain random_chain(math::TensorGenerator& rng, bool shared) {
  const int64_t n = shared ? 1 : N, t = shared ? 1 : T - 1;
  return {rng.normal({N, Z}, at::kDouble), root(rng, {n, Z, Z}), 0.5 * rng.normal({n, t, Z, Z}, at::kDouble),
          rng.normal({N, T - 1, Z}, at::kDouble), root(rng, {n, t, Z, Z})};
}

Tensor entry(const Tensor& values, int64_t n, int64_t t) {
  return values[values.size(0) == 1 ? 0 : n][values.size(1) == 1 ? 0 : t];
}

/// Mean and covariance of all states of sequence n in a row, from z = (noise and offsets carried forward).
std::pair<Tensor, Tensor> joint(const ConditionalChain& chain, int64_t n) {
  Tensor mean = at::zeros({T * Z}, at::kDouble), noise_to_state = at::zeros({T * Z, T * Z}, at::kDouble);
  mean.narrow(0, 0, Z).copy_(chain.first_mean[n]);
  noise_to_state.narrow(0, 0, Z).narrow(1, 0, Z).copy_(chain.first_root[chain.first_root.size(0) == 1 ? 0 : n]);
  for (int64_t t = 1; t < T; ++t) {
    const Tensor F = entry(chain.factor, n, t - 1);
    mean.narrow(0, t * Z, Z).copy_(at::mv(F, mean.narrow(0, (t - 1) * Z, Z)) + chain.offset[n][t - 1]);
    noise_to_state.narrow(0, t * Z, Z).copy_(at::mm(F, noise_to_state.narrow(0, (t - 1) * Z, Z)));
    noise_to_state.narrow(0, t * Z, Z).narrow(1, t * Z, Z).copy_(entry(chain.root, n, t - 1));
  }
  return {mean, at::mm(noise_to_state, noise_to_state.t())};
}

class Chains : public testing::TestWithParam<bool> {};

TEST_P(Chains, MarginalsAreThoseOfTheJoint) {
  math::TensorGenerator rng(1);
  const ConditionalChain chain = random_chain(rng, GetParam());
  const Marginals found = marginals(chain);
  for (int64_t n = 0; n < N; ++n) {
    const auto [mean, covariance] = joint(chain, n);
    for (int64_t t = 0; t < T; ++t) {
      EXPECT_LT((found.mean[n][t] - mean.narrow(0, t * Z, Z)).abs().max().item<double>(), 1e-12);
      const Tensor block = covariance.narrow(0, t * Z, Z).narrow(1, t * Z, Z);
      EXPECT_LT((entry(found.covariance, n, t) - block).abs().max().item<double>(), 1e-12);
    }
  }
}

// The bound as E_q log p(o, z) plus the entropy of q, over all states at once.
TEST_P(Chains, BoundIsExpectedLogJointPlusEntropy) {
  math::TensorGenerator rng(2);
  const ConditionalChain chain = random_chain(rng, GetParam());
  const LearnedDynamics dynamics{0.5 * rng.normal({Z, Z}, at::kDouble), at::scalar_tensor(-1.3, at::kDouble)};
  const Tensor observations = rng.normal({N, T, Z}, at::kDouble);
  const Tensor found = lower_bound(chain, dynamics, kObservationVar, observations);

  // The prior's whitened noise as a linear map of the states: e = W z with e_0 = z_0, e_t = z_t - A z_{t-1}.
  Tensor W = at::eye(T * Z, at::kDouble);
  Tensor precision = at::ones({T * Z}, at::kDouble);
  const double log_var = dynamics.log_transition_var.item<double>();
  for (int64_t t = 1; t < T; ++t) {
    W.narrow(0, t * Z, Z).narrow(1, (t - 1) * Z, Z).copy_(-dynamics.transition_matrix);
    precision.narrow(0, t * Z, Z).fill_(std::exp(-log_var));
  }
  const auto count = static_cast<double>(T * Z);
  for (int64_t n = 0; n < N; ++n) {
    const auto [mean, covariance] = joint(chain, n);
    const Tensor second = covariance + at::outer(mean, mean);
    const Tensor prior = at::mm(at::mm(W, second), W.t()).diagonal();
    const Tensor error = mean - observations[n].flatten();
    const double log_joint =
        -0.5 * (2.0 * count * kLog2Pi + static_cast<double>((T - 1) * Z) * log_var + count * std::log(kObservationVar) +
                (prior * precision).sum().item<double>() +
                (error.square().sum() + covariance.diagonal().sum()).item<double>() / kObservationVar);
    const double entropy = 0.5 * (count * (kLog2Pi + 1.0) + at::logdet(covariance).item<double>());
    EXPECT_NEAR(found[n].item<double>(), log_joint + entropy, 1e-10);
  }
}

INSTANTIATE_TEST_SUITE_P(Parameters, Chains, testing::Bool(),
                         [](const auto& test) { return test.param ? "Shared" : "Individual"; });

TEST(ConditionalChain, GradientOfTheBoundIsItsSlope) {
  math::TensorGenerator rng(3);
  const ConditionalChain chain = random_chain(rng, false);
  const Tensor A = 0.5 * rng.normal({Z, Z}, at::kDouble), log_var = at::scalar_tensor(-1.0, at::kDouble);
  const Tensor observations = rng.normal({N, T, Z}, at::kDouble);
  const auto bound = [&](const std::vector<Tensor>& x) {
    return lower_bound({x[0], x[1], x[2], x[3], x[4]}, {x[5], x[6]}, kObservationVar, observations).sum();
  };
  EXPECT_LT(
      gradient_error(bound, {chain.first_mean, chain.first_root, chain.factor, chain.offset, chain.root, A, log_var}),
      1e-6);
}

TEST(ConditionalChain, DensitiesAndErrorsOfMarginals) {
  math::TensorGenerator rng(4);
  for (const bool shared : {false, true}) {
    const Marginals beliefs = marginals(random_chain(rng, shared));
    const Tensor x = rng.normal({N, T, Z}, at::kDouble);
    const Tensor density = log_prob(beliefs, x), error = normalised_error(beliefs, x);
    for (int64_t n = 0; n < N; ++n) {
      for (int64_t t = 0; t < T; ++t) {
        const Tensor P = entry(beliefs.covariance, n, t), e = x[n][t] - beliefs.mean[n][t];
        const double squared = at::dot(e, at::mv(at::inverse(P), e)).item<double>();
        EXPECT_NEAR(error[n][t].item<double>(), squared / Z, 1e-10);
        EXPECT_NEAR(density[n][t].item<double>(), -0.5 * (Z * kLog2Pi + at::logdet(P).item<double>() + squared), 1e-10);
      }
    }
  }
}

}  // namespace
}  // namespace vrkn::study::conditional_chain_test
