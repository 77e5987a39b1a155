#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "tests/support/likelihood_gradient.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/diffuse_update.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/parametrisation.h"
#include "vrkn/kalman/sample.h"

// A diffuse start against generalised least squares: with the dense joint Gaussian N(mu, V) of a proper start, and X
// the effect of the diffuse delta on it, everything of the limit has a closed form (de Jong 1991).
namespace vrkn::kalman::diffuse_test {
namespace {

struct DiffuseDense {
  DenseStateSpace proper;
  Eigen::MatrixXd X;

  static LinearGaussianModel wider(LinearGaussianModel model) {
    model.initial_covariance += model.initial_diffuse;
    return model;
  }

  DiffuseDense(const LinearGaussianModel& model, const Sequences& data, int64_t n) : proper(model, data, n) {
    const DenseStateSpace wide(wider(model), data, n);
    // V + X X^T - V
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(wide.joint.covariance - proper.joint.covariance);
    const Eigen::MatrixXd P_inf = model.initial_diffuse;
    const auto rank = Eigen::FullPivLU<Eigen::MatrixXd>(P_inf).rank();
    X = eigen.eigenvectors().rightCols(rank) * eigen.eigenvalues().tail(rank).cwiseSqrt().asDiagonal();
  }

  DenseGaussian given(const std::vector<int>& wanted, const std::vector<int>& known,
                      const Eigen::VectorXd& values) const {
    const Eigen::MatrixXd V = proper.joint.covariance(known, known), Xk = X(known, Eigen::all);
    const Eigen::MatrixXd Vi = V.inverse(), cross = proper.joint.covariance(wanted, known);
    const Eigen::MatrixXd spread = (Xk.transpose() * Vi * Xk).inverse();
    const Eigen::VectorXd r = values - proper.joint.mean(known);
    const Eigen::VectorXd delta = spread * Xk.transpose() * Vi * r;
    const Eigen::MatrixXd B = X(wanted, Eigen::all) - cross * Vi * Xk;
    return {proper.joint.mean(wanted) + cross * Vi * r + B * delta,
            proper.joint.covariance(wanted, wanted) - cross * Vi * cross.transpose() + B * spread * B.transpose()};
  }

  double log_density(const std::vector<int>& known, const Eigen::VectorXd& values) const {
    const Eigen::MatrixXd V = proper.joint.covariance(known, known), Xk = X(known, Eigen::all), Vi = V.inverse();
    const Eigen::MatrixXd information = Xk.transpose() * Vi * Xk;
    const Eigen::VectorXd r = values - proper.joint.mean(known), Xr = Xk.transpose() * Vi * r;
    return -0.5 * (static_cast<double>(values.size()) * std::log(2.0 * M_PI) + std::log(V.determinant()) +
                   std::log(information.determinant()) + r.dot(Vi * r) - Xr.dot(information.inverse() * Xr));
  }
};

struct Case {
  RandomModelSizes sizes;
  int64_t N;
  double missing;
  Matrix diffuse;
};

std::vector<Case> cases() {
  const Matrix line{{1.0}, {-0.5}, {2.0}};
  return {
      {{.Z = 1, .O = 1, .U = 0, .T = 6}, 3, 0.0, scaled_identity(1)},
      {{.Z = 3, .O = 1, .U = 0, .T = 9}, 5, 0.3, scaled_identity(3, 4.0)},
      {{.Z = 3, .O = 2, .U = 2, .T = 7, .per_step = true}, 11, 0.4, diagonal_matrix({1.0, 0.0, 1.0})},
      {{.Z = 3, .O = 2, .U = 1, .T = 6}, 4, 0.0, line * line.transpose()},
      {{.Z = 2, .O = 5, .U = 1, .T = 5}, 9, 0.5, scaled_identity(2)},
      {{.Z = 5, .O = 3, .U = 0, .T = 8, .per_step = true}, 2, 0.2, scaled_identity(5)},
  };
}

LinearGaussianModel model_of(size_t seed, const Case& c) {
  LinearGaussianModel model = random_model(seed, c.sizes);
  model.initial_diffuse = c.diffuse;
  return model;
}

TEST(Diffuse, SmootherAndLikelihoodEqualGeneralisedLeastSquares) {
  for (size_t seed = 0; seed < cases().size(); ++seed) {
    const Case c = cases()[seed];
    const LinearGaussianModel model = model_of(seed, c);
    const Sequences data = random_sequences(seed + 40, c.N, c.sizes, c.missing);
    const Vector likelihoods = log_likelihood(model, data);
    for (const bool share : {true, false}) {
      const Smoothed smoothed = smooth(model, data, {.share_covariances = share});
      for (int64_t n = 0; n < c.N; ++n) {
        const DiffuseDense dense(model, data, n);
        const auto [known, values] = dense.proper.observed(data, n, c.sizes.T);
        EXPECT_NEAR(smoothed.log_likelihood[n], dense.log_density(known, values), 1e-7) << seed << ", " << n;
        EXPECT_NEAR(likelihoods[n], smoothed.log_likelihood[n], 1e-9);
        for (int64_t t = 0; t < c.sizes.T; ++t) {
          const DenseGaussian expected = dense.given(dense.proper.state(t), known, values);
          const double size = 1.0 + largest(expected.covariance);
          EXPECT_LT(largest(smoothed.belief.mean.at(n, t) - expected.mean), 1e-7 * size) << seed << ", " << n;
          EXPECT_LT(largest(smoothed.belief.covariance.at(n, t) - expected.covariance), 1e-7 * size);
          if (t + 1 == c.sizes.T) continue;
          std::vector<int> pair = dense.proper.state(t);
          for (const int entry : dense.proper.state(t + 1)) pair.push_back(entry);
          const DenseGaussian both = dense.given(pair, known, values);
          EXPECT_LT(largest(lag_one_covariance(smoothed, n, t) - both.covariance.topRightCorner(c.sizes.Z, c.sizes.Z)),
                    1e-7 * size);
        }
      }
    }
  }
}

TEST(Diffuse, FilterEqualsGeneralisedLeastSquaresOnceItIsProper) {
  for (size_t seed = 0; seed < cases().size(); ++seed) {
    const Case c = cases()[seed];
    const LinearGaussianModel model = model_of(seed, c);
    const Sequences data = random_sequences(seed + 40, c.N, c.sizes, c.missing);
    const Filtered filtered = filter(model, data);
    for (int64_t n = 0; n < c.N; ++n) {
      const DiffuseDense dense(model, data, n);
      EXPECT_NEAR(filtered.log_likelihood()[n], log_likelihood(model, data)[n], 1e-9);
      int64_t proper_steps = 0;
      for (int64_t t = 0; t < c.sizes.T; ++t) {
        const bool is_diffuse = t < filtered.belief.diffuse.steps && !filtered.belief.diffuse.at(n, t).isZero(0.0);
        const auto [known, values] = dense.proper.observed(data, n, t + 1);
        const Eigen::MatrixXd seen = dense.X(known, Eigen::all);
        const auto rank = known.empty() ? 0 : Eigen::FullPivLU<Eigen::MatrixXd>(seen).setThreshold(1e-9).rank();
        EXPECT_EQ(is_diffuse, rank < dense.X.cols()) << seed << ", " << n << ", " << t;
        if (is_diffuse) continue;
        ++proper_steps;
        const DenseGaussian expected = dense.given(dense.proper.state(t), known, values);
        const double size = 1.0 + largest(expected.covariance);
        EXPECT_LT(largest(filtered.belief.mean.at(n, t) - expected.mean), 1e-7 * size);
        EXPECT_LT(largest(filtered.belief.covariance.at(n, t) - expected.covariance), 1e-7 * size);
      }
      EXPECT_GT(proper_steps, 0);
    }
  }
}

TEST(Diffuse, TheGradientEqualsCentralDifferences) {
  for (size_t seed = 0; seed < cases().size(); ++seed) {
    const Case c = cases()[seed];
    if (c.sizes.per_step) continue;
    const LinearGaussianModel model = model_of(seed, c);
    const Sequences data = random_sequences(seed + 40, c.N, c.sizes, c.missing);
    const Learned learned{.transition = true,
                          .state_offset = true,
                          .process_noise = true,
                          .emission = true,
                          .emission_offset = true,
                          .observation_noise = true};
    SCOPED_TRACE("case " + std::to_string(seed));
    expect_gradient(Parametrisation(model, learned), model, data, 1e-5);
  }
}

TEST(Diffuse, ThreadsAndTheLayoutDoNotMatter) {
  const Case c = cases()[2];
  const LinearGaussianModel model = model_of(2, c);
  for (const double missing : {0.0, 0.4}) {
    const Sequences data = random_sequences(8, 70, c.sizes, missing);
    const Smoothed one = smooth(model, data, {.threads = 1}), four = smooth(model, data, {.threads = 4});
    EXPECT_EQ(one.belief.mean.values, four.belief.mean.values);
    EXPECT_EQ(one.belief.covariance.values, four.belief.covariance.values);
    const Smoothed separate = smooth(model, data, {.share_covariances = false});
    for (size_t i = 0; i < one.belief.mean.values.size(); ++i) {
      EXPECT_NEAR(separate.belief.mean.values[i], one.belief.mean.values[i], 1e-9);
    }
  }
}

TEST(Diffuse, OnePointFixesALevel) {
  // z_0 ~ N(o_0, R) after the first observation, whose log density is that of N(0, 1) at its mean: all that is left of
  // N(0, kappa + ...) times sqrt(kappa).
  LinearGaussianModel model;
  model.initial_mean = Vector{{7.0}};
  model.initial_covariance = Matrix{{3.0}};
  model.initial_diffuse = Matrix{{1.0}};
  model.transition = Matrix{{1.0}};
  model.process_noise = Matrix{{0.5}};
  model.emission = Matrix{{2.0}};
  model.observation_noise = Matrix{{0.25}};
  Sequences data{Series(1, 4, 1), {}};
  data.observations.values = {NAN, 3.0, 5.0, NAN};
  const Filtered filtered = filter(model, data);
  ASSERT_EQ(filtered.predicted.diffuse.steps, 2);
  ASSERT_EQ(filtered.belief.diffuse.steps, 1);
  EXPECT_EQ(filtered.belief.diffuse.at(0, 0)(0, 0), 1.0);
  EXPECT_NEAR(filtered.belief.mean.at(0, 1)[0], 1.5, 1e-15);
  EXPECT_NEAR(filtered.belief.covariance.at(0, 1)(0, 0), 0.0625, 1e-15);
  EXPECT_EQ(filtered.log_density.at(0, 0)[0], 0.0);
  EXPECT_NEAR(filtered.log_density.at(0, 1)[0], -0.5 * std::log(2.0 * M_PI * 4.0), 1e-15);
  const Smoothed smoothed = smooth(model, data);
  // z_0 = z_1 - N(0, Q)
  EXPECT_NEAR(smoothed.belief.covariance.at(0, 0)(0, 0), smoothed.belief.covariance.at(0, 1)(0, 0) + 0.5, 1e-14);
  EXPECT_NEAR(smoothed.belief.mean.at(0, 0)[0], smoothed.belief.mean.at(0, 1)[0], 1e-15);
}

TEST(Diffuse, IsTheLimitOfALargeCovariance) {
  const Case c = cases()[1];
  const LinearGaussianModel model = model_of(1, c);
  const Sequences data = random_sequences(41, 1, c.sizes, 0.0);
  const double kappa = 1e7;
  LinearGaussianModel large = model;
  large.initial_covariance += kappa * large.initial_diffuse;
  large.initial_diffuse = {};
  const Smoothed exact = smooth(model, data), approximate = smooth(large, data);
  EXPECT_NEAR(approximate.log_likelihood[0] + 1.5 * std::log(kappa), exact.log_likelihood[0], 1e-3);
  for (size_t i = 0; i < exact.belief.mean.values.size(); ++i) {
    EXPECT_NEAR(approximate.belief.mean.values[i], exact.belief.mean.values[i], 1e-3);
  }
}

TEST(Diffuse, TheOrderOfComponentsDoesNotMatter) {
  Case c = cases()[4];
  LinearGaussianModel model = model_of(4, c);
  Sequences data = random_sequences(44, 3, c.sizes, 0.3);
  const Smoothed expected = smooth(model, data);
  const std::vector<int> order{3, 0, 4, 2, 1};
  LinearGaussianModel turned = model;
  turned.emission = Matrix(model.emission.at(0)(order, Eigen::all));
  turned.emission_offset = Vector(model.emission_offset.at(0)(order));
  turned.emission_control = Matrix(model.emission_control.at(0)(order, Eigen::all));
  turned.observation_noise = Matrix(model.observation_noise.at(0)(order, order));
  Sequences turned_data = data;
  for (int64_t n = 0; n < 3; ++n) {
    for (int64_t t = 0; t < c.sizes.T; ++t) {
      turned_data.observations.at(n, t) = Vector(Vector(data.observations.at(n, t))(order));
    }
  }
  const Smoothed found = smooth(turned, turned_data);
  for (int64_t n = 0; n < 3; ++n) EXPECT_NEAR(found.log_likelihood[n], expected.log_likelihood[n], 1e-9);
  for (size_t i = 0; i < found.belief.mean.values.size(); ++i) {
    EXPECT_NEAR(found.belief.mean.values[i], expected.belief.mean.values[i], 1e-8);
  }
}

TEST(Diffuse, WhatObservationsLeaveOpenIsSaid) {
  // A slope needs two observations of the level.
  LinearGaussianModel model;
  model.initial_mean = Vector::Zero(2);
  model.initial_covariance = Matrix::Zero(2, 2);
  model.initial_diffuse = scaled_identity(2);
  model.transition = Matrix{{1.0, 1.0}, {0.0, 1.0}};
  model.process_noise = scaled_identity(2);
  model.emission = Matrix{{1.0, 0.0}};
  model.observation_noise = Matrix{{1.0}};
  Sequences data{Series(1, 4, 1), {}};
  data.observations.values = {1.0, NAN, NAN, NAN};
  EXPECT_NEAR(log_likelihood(model, data)[0], -0.5 * std::log(2.0 * M_PI), 1e-15);
  const Filtered filtered = filter(model, data);
  EXPECT_EQ(filtered.belief.diffuse.steps, 4);
  EXPECT_NEAR(filtered.belief.mean.at(0, 0)[0], 1.0, 1e-15);
  try {
    smooth(model, data);
    FAIL();
  } catch (const NumericalError& error) {
    EXPECT_STREQ(
        error.what(),
        "the smoothed state of sequence 0 at step 3 stays diffuse: the observations leave 1 of its 2 directions "
        "open; expected enough observations to fix the diffuse start");
  }
  data.observations.values = {1.0, NAN, NAN, 4.0};
  EXPECT_NEAR(smooth(model, data).belief.mean.at(0, 3)[1], 1.0, 1e-12);
}

TEST(Diffuse, ADirectionThatTheDynamicsForgetNeedsNoObservation) {
  // The second component starts diffuse, acts on nothing and is forgotten at once.
  LinearGaussianModel model;
  model.initial_mean = Vector::Zero(2);
  model.initial_covariance = Matrix::Zero(2, 2);
  model.initial_diffuse = scaled_identity(2);
  model.transition = Matrix{{1.0, 0.0}, {0.0, 0.0}};
  model.process_noise = scaled_identity(2);
  model.emission = Matrix{{1.0, 0.0}};
  model.observation_noise = Matrix{{1.0}};
  Sequences data{Series(1, 3, 1), {}};
  data.observations.values = {1.0, 2.0, 3.0};
  const Filtered filtered = filter(model, data);
  EXPECT_EQ(filtered.belief.diffuse.steps, 1);
  EXPECT_NEAR(filtered.belief.covariance.at(0, 1)(1, 1), 1.0, 1e-15);
  EXPECT_THROW(smooth(model, data), NumericalError);  // what z_0 was in that direction nobody knows
}

TEST(Diffuse, HasNoDistributionToDrawFrom) {
  LinearGaussianModel model = random_model(1, {});
  model.initial_diffuse = scaled_identity(3);
  EXPECT_THROW(sample(model, 1, 6, 1), ConfigError);
  const Sequences data = random_sequences(1, 2, {}, 0.0);
  // Paths given the data are proper: their mean over many draws is the smoothed mean.
  const Smoothed smoothed = smooth(model, data);
  Vector mean = Vector::Zero(3);
  constexpr int kDraws = 4000;
  for (int draw = 0; draw < kDraws; ++draw) mean += sample_posterior(smoothed, static_cast<uint64_t>(draw)).at(1, 0);
  for (int64_t i = 0; i < 3; ++i) {
    const double deviation = std::sqrt(smoothed.belief.covariance.at(1, 0)(i, i) / kDraws);
    EXPECT_NEAR(mean[i] / kDraws, smoothed.belief.mean.at(1, 0)[i], 5.0 * deviation);  // false alarm: 2e-6
  }
}

TEST(Diffuse, AWrongDiffusePartIsRefused) {
  LinearGaussianModel model = random_model(1, {});
  const Sequences data = random_sequences(1, 2, {}, 0.0);
  model.initial_diffuse = scaled_identity(2);
  EXPECT_THROW(filter(model, data), ShapeError);
  model.initial_diffuse = diagonal_matrix({1.0, -1.0, 0.0});
  EXPECT_THROW(filter(model, data), ConfigError);
  // Zeros are none at all.
  model.initial_diffuse = Matrix::Zero(3, 3);
  LinearGaussianModel proper = model;
  proper.initial_diffuse = {};
  EXPECT_EQ(log_likelihood(model, data), log_likelihood(proper, data));
  EXPECT_EQ(filter(model, data).belief.diffuse.steps, 0);
}

}  // namespace
}  // namespace vrkn::kalman::diffuse_test
