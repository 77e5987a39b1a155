#include "vrkn/math/kalman.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/dense_gaussian.h"
#include "tests/support/gradient_check.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::math::kalman_test {
namespace {

using at::Tensor;

/// A random diagonal model with S sensors, some readings missing, and everything the recursions make of it.
struct Chain {
  int64_t B, T, Z, S;
  Tensor initial_var;                // [Z]
  LinearDynamics dynamics;           // [B, T-1, Z]
  std::vector<Tensor> obs, obs_var;  // S x [B, T, Z]
  std::vector<Tensor> valid;         // S x [B, T, 1]

  static Chain random(uint64_t seed, int64_t B, int64_t T, int64_t Z, int64_t S) {
    TensorGenerator rng(seed);
    const auto uniform = [&](at::IntArrayRef sizes, double low, double high) {
      return rng.uniform(sizes, at::kDouble) * (high - low) + low;
    };
    Chain chain{B, T, Z, S, uniform({Z}, 0.5, 2.0), {}, {}, {}, {}};
    chain.dynamics = {uniform({B, T - 1, Z}, 0.1, 0.99), rng.normal({B, T - 1, Z}, at::kDouble),
                      uniform({B, T - 1, Z}, 0.001, 0.1)};
    for (int64_t s = 0; s < S; ++s) {
      chain.obs.push_back(rng.normal({B, T, Z}, at::kDouble));
      chain.obs_var.push_back(uniform({B, T, Z}, 0.01, 1.5));
      chain.valid.push_back((rng.uniform({B, T, 1}, at::kDouble) < 0.6).to(at::kDouble));
    }
    return chain;
  }

  struct Result {
    DiagonalGaussian prior, posterior;
    Smoothed smoothed;
  };

  Result run() const {
    std::vector<Tensor> prior_mean, prior_var, mean, var;
    DiagonalGaussian belief{at::zeros({B, Z}, at::kDouble), initial_var.expand({B, Z})};
    for (int64_t t = 0; t < T; ++t) {
      if (t > 0) {
        belief = predict(belief, {dynamics.factor.select(1, t - 1), dynamics.offset.select(1, t - 1),
                                  dynamics.var.select(1, t - 1)});
      }
      prior_mean.push_back(belief.mean);
      prior_var.push_back(belief.var);
      for (int64_t s = 0; s < S; ++s) {
        belief = update(belief, obs[s].select(1, t), obs_var[s].select(1, t), valid[s].select(1, t));
      }
      mean.push_back(belief.mean);
      var.push_back(belief.var);
    }
    Result result{{at::stack(prior_mean, 1), at::stack(prior_var, 1)}, {at::stack(mean, 1), at::stack(var, 1)}, {}};
    result.smoothed = smooth(result.posterior, result.prior, dynamics);
    return result;
  }
};

double entry(const Tensor& tensor, int64_t b, int64_t t, int64_t z) {
  return tensor[b][t][z].item<double>();
}

std::vector<double> column(const Tensor& tensor, int64_t b, int64_t z) {
  const Tensor values = tensor.select(0, b).select(-1, z).contiguous();
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

TEST(Kalman, FilterSmootherAndSmoothedDynamicsEqualTheDenseJointGaussian) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const Chain chain = Chain::random(seed, 2, 9, 3, 2);
    const Chain::Result result = chain.run();
    TensorGenerator rng(seed + 100);
    const Tensor state = rng.normal({chain.B, chain.T - 1, chain.Z}, at::kDouble);
    const DiagonalGaussian dynamics = smoothed_dynamics(result.smoothed, state);

    for (int64_t b = 0; b < chain.B; ++b) {
      for (int64_t z = 0; z < chain.Z; ++z) {
        std::vector<std::vector<double>> obs_var;
        for (const Tensor& var : chain.obs_var) obs_var.push_back(column(var, b, z));
        const auto joint = scalar_chain(chain.initial_var[z].item<double>(), column(chain.dynamics.factor, b, z),
                                        column(chain.dynamics.offset, b, z), column(chain.dynamics.var, b, z), obs_var);
        // Entries and values of the valid readings up to and including time `last`.
        const auto readings = [&](int64_t last) {
          std::pair<std::vector<int>, std::vector<double>> known;
          for (int64_t s = 0; s < chain.S; ++s) {
            for (int64_t t = 0; t <= last; ++t) {
              if (entry(chain.valid[s], b, t, 0) == 0.0) continue;
              known.first.push_back(static_cast<int>(chain.T * (s + 1) + t));
              known.second.push_back(entry(chain.obs[s], b, t, z));
            }
          }
          return known;
        };
        const auto compare = [&](const DiagonalGaussian& found, int64_t t, int64_t found_index, std::vector<int> known,
                                 const std::vector<double>& values) {
          const auto expected = joint.given({static_cast<int>(t)}, known,
                                            Eigen::Map<const Eigen::VectorXd>(values.data(), values.size()));
          EXPECT_NEAR(entry(found.mean, b, found_index, z), expected.mean(0), 1e-10);
          EXPECT_NEAR(entry(found.var, b, found_index, z), expected.covariance(0, 0), 1e-10);
        };
        const auto everything = readings(chain.T - 1);
        for (int64_t t = 0; t < chain.T; ++t) {
          const auto before = readings(t - 1), until = readings(t);
          compare(result.prior, t, t, before.first, before.second);
          compare(result.posterior, t, t, until.first, until.second);
          compare(result.smoothed.belief, t, t, everything.first, everything.second);
          if (t + 1 < chain.T) {
            auto known = everything;
            known.first.push_back(static_cast<int>(t));
            known.second.push_back(entry(state, b, t, z));
            compare(dynamics, t + 1, t, known.first, known.second);
          }
        }
      }
    }
  }
}

TEST(Kalman, MarginalisingTheSmoothedDynamicsGivesTheSmoothedBelief) {
  const Chain chain = Chain::random(3, 2, 7, 2, 1);
  const Smoothed smoothed = chain.run().smoothed;
  const auto& [belief, gain, backward_var] = smoothed;
  // At z_t = m^s_t the mean must be m^s_{t+1}; with z_t ~ N(m^s_t, P^s_t) the variance must be P^s_{t+1}.
  const Tensor centre = belief.mean.narrow(1, 0, 6), spread = belief.var.narrow(1, 0, 6).sqrt();
  const DiagonalGaussian at_mean = smoothed_dynamics(smoothed, centre),
                         aside = smoothed_dynamics(smoothed, centre + spread);
  EXPECT_TRUE(at::allclose(at_mean.mean, belief.mean.narrow(1, 1, 6), 0, 1e-14));
  const Tensor total = at_mean.var + (aside.mean - at_mean.mean).square();
  EXPECT_TRUE(at::allclose(total, belief.var.narrow(1, 1, 6), 0, 1e-13));
}

TEST(Kalman, AnInvalidReadingChangesNothing) {
  Chain chain = Chain::random(4, 3, 6, 2, 2);
  chain.valid[1] = at::zeros_like(chain.valid[1]);
  Chain alone = chain;
  alone.S = 1;
  const auto with = chain.run(), without = alone.run();
  EXPECT_TRUE(at::equal(with.posterior.mean, without.posterior.mean));
  EXPECT_TRUE(at::equal(with.posterior.var, without.posterior.var));
  EXPECT_TRUE(at::equal(with.smoothed.belief.mean, without.smoothed.belief.mean));
}

TEST(Kalman, TheOrderOfSensorsDoesNotMatter) {
  Chain chain = Chain::random(5, 3, 6, 2, 3);
  const auto forward = chain.run();
  std::swap(chain.obs[0], chain.obs[2]);
  std::swap(chain.obs_var[0], chain.obs_var[2]);
  std::swap(chain.valid[0], chain.valid[2]);
  const auto swapped = chain.run();
  EXPECT_TRUE(at::allclose(forward.posterior.mean, swapped.posterior.mean, 0, 1e-12));
  EXPECT_TRUE(at::allclose(forward.posterior.var, swapped.posterior.var, 0, 1e-12));
}

TEST(Kalman, SmoothingNeverWidensABeliefAndKeepsTheLast) {
  const Chain chain = Chain::random(6, 4, 20, 5, 2);
  const auto result = chain.run();
  EXPECT_TRUE((result.smoothed.belief.var <= result.posterior.var + 1e-15).all().item<bool>());
  EXPECT_TRUE((result.smoothed.belief.var > 0).all().item<bool>());
  EXPECT_TRUE(at::equal(result.smoothed.belief.mean.select(1, 19), result.posterior.mean.select(1, 19)));
}

TEST(Kalman, AVeryPreciseReadingIsTakenAndVariancesStayPositiveInFloat32) {
  const DiagonalGaussian prior{at::zeros({1, 1}), at::ones({1, 1})};
  const DiagonalGaussian posterior = update(prior, at::ones({1, 1}), at::full({1, 1}, 1e-12), at::ones({1, 1}));
  EXPECT_FLOAT_EQ(posterior.mean.item<float>(), 1.0f);
  EXPECT_GT(posterior.var.item<float>(), 0.0f);
}

TEST(Kalman, GradientsEqualFiniteDifferences) {
  const Chain chain = Chain::random(8, 2, 5, 2, 2);
  TensorGenerator rng(9);
  const Tensor state = rng.normal({2, 4, 2}, at::kDouble);
  const Tensor weight = rng.normal({2, 5, 2}, at::kDouble);
  const auto function = [&](const std::vector<Tensor>& in) {
    Chain varied = chain;
    varied.dynamics = {in[0], in[1], in[2]};
    varied.obs = {in[3], in[4]};
    varied.obs_var = {in[5], in[6]};
    varied.initial_var = in[7];
    const auto result = varied.run();
    const DiagonalGaussian q = smoothed_dynamics(result.smoothed, state);
    return kl_divergence(q, conditional(varied.dynamics, state)).sum() + (result.smoothed.belief.mean * weight).sum() +
           result.posterior.var.log().sum() + (result.smoothed.belief.var.log() * weight).sum();
  };
  EXPECT_LT(gradient_error(function, {chain.dynamics.factor, chain.dynamics.offset, chain.dynamics.var, chain.obs[0],
                                      chain.obs[1], chain.obs_var[0], chain.obs_var[1], chain.initial_var}),
            1e-6);
}

}  // namespace
}  // namespace vrkn::math::kalman_test
