// What theory says of filter and smoother, whatever the numbers: stationary solutions, other coordinates, and
// covariances that stay covariances where the arithmetic is at its limit.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/kalman/sample.h"
#include "vrkn/kalman/smoother.h"

namespace vrkn::kalman::properties_test {
namespace {

LinearGaussianModel random_walk(double Q, double R) {
  LinearGaussianModel model;
  model.initial_mean = Vector{{0.0}};
  model.initial_covariance = Matrix{{1.0}};
  model.transition = Matrix{{1.0}};
  model.process_noise = Matrix{{Q}};
  model.emission = Matrix{{1.0}};
  model.observation_noise = Matrix{{R}};
  return model;
}

TEST(Properties, ARandomWalksVariancesReachTheirClosedForms) {
  const double Q = 0.3, R = 0.7;
  const LinearGaussianModel model = random_walk(Q, R);
  const Sequences data = sample(model, 1, 201, 1).data;
  const double predicted = 0.5 * (Q + std::sqrt(Q * Q + 4.0 * Q * R));
  const double filtered = predicted * R / (predicted + R);
  EXPECT_NEAR(filter(model, data).predicted.covariance.at(0, 200)(0, 0), predicted, 1e-14);
  EXPECT_NEAR(filter(model, data).belief.covariance.at(0, 200)(0, 0), filtered, 1e-14);
  // In the middle, past and future weigh alike: the information of both, and the present once.
  const double smoothed = 1.0 / (1.0 / filtered + 1.0 / predicted);
  EXPECT_NEAR(smooth(model, data).belief.covariance.at(0, 100)(0, 0), smoothed, 1e-14);
}

TEST(Properties, PredictedCovariancesReachTheRiccatiEquation) {
  const LinearGaussianModel model = random_model(1, {.Z = 5, .O = 2});
  const Sequences data = random_sequences(1, 1, {.Z = 5, .O = 2, .U = 0, .T = 300}, 0.0);
  const Eigen::MatrixXd P = filter(model, data).predicted.covariance.at(0, 299);
  const Eigen::MatrixXd A = model.transition.at(0), C = model.emission.at(0), Q = model.process_noise.at(0),
                        R = model.observation_noise.at(0);
  const Eigen::MatrixXd S = C * P * C.transpose() + R;
  const Eigen::MatrixXd next = A * (P - P * C.transpose() * S.ldlt().solve(C * P)) * A.transpose() + Q;
  EXPECT_LT((next - P).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(Properties, OtherCoordinatesOfTheStateGiveTheSameAnswerInThem) {
  const RandomModelSizes sizes{.Z = 4, .O = 3, .U = 0, .T = 15};
  const LinearGaussianModel model = random_model(2, sizes);
  const Sequences data = random_sequences(2, 9, sizes, 0.3);
  const Smoothed expected = smooth(model, data);
  ScalarGenerator random(3);
  const Eigen::MatrixXd rotation = Eigen::HouseholderQR<Eigen::MatrixXd>(random_matrix(random, 4, 4)).householderQ();
  Eigen::MatrixXd permutation = Eigen::MatrixXd::Zero(4, 4);
  for (int i = 0; i < 4; ++i) permutation(i, (i + 1) % 4) = 1.0;
  for (const Eigen::MatrixXd& basis : {rotation, permutation}) {
    const Matrix T = basis, Tt = T.transpose();
    LinearGaussianModel turned = model;
    turned.initial_mean = T * model.initial_mean;
    turned.initial_covariance = symmetric_part(T * model.initial_covariance * Tt);
    turned.transition = T * model.transition.at(0) * Tt;
    turned.state_offset = T * model.state_offset.at(0);
    turned.process_noise = symmetric_part(T * model.process_noise.at(0) * Tt);
    turned.emission = model.emission.at(0) * Tt;
    const Smoothed found = smooth(turned, data);
    for (int64_t n = 0; n < 9; ++n) {
      EXPECT_NEAR(found.log_likelihood[n], expected.log_likelihood[n], 1e-10);
      for (int64_t t = 0; t < sizes.T; ++t) {
        const Vector mean = T * expected.belief.mean.at(n, t);
        const Matrix P = T * expected.belief.covariance.at(n, t) * Tt;
        EXPECT_LT((found.belief.mean.at(n, t) - mean).cwiseAbs().maxCoeff(), 1e-10);
        EXPECT_LT((found.belief.covariance.at(n, t) - P).cwiseAbs().maxCoeff(), 1e-10);
      }
    }
  }
}

TEST(Properties, WithoutObservationsSmootherAndFilterFollowTheModel) {
  const RandomModelSizes sizes{.Z = 3, .O = 2, .U = 0, .T = 10};
  const LinearGaussianModel model = random_model(3, sizes);
  Sequences data{Series(1, 10, 2), {}};
  std::ranges::fill(data.observations.values, NAN);
  data.observations.at(0, 0)[0] = 1.0;
  const Filtered filtered = filter(model, data);
  const Smoothed smoothed = smooth(model, data);
  for (int64_t t = 1; t < 10; ++t) {
    EXPECT_EQ(filtered.log_density.at(0, t)[0], 0.0);
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(filtered.belief.mean.at(0, t)[i], filtered.predicted.mean.at(0, t)[i]);
      EXPECT_NEAR(smoothed.belief.mean.at(0, t)[i], filtered.belief.mean.at(0, t)[i], 1e-13);
    }
  }
}

// Symmetric to the bit, and no eigenvalue below a few roundings of the largest.
void expect_covariances(const MatrixSeries& series, const char* name) {
  for (int64_t n = 0; n < series.sequences; ++n) {
    for (int64_t t = 0; t < series.steps; ++t) {
      const Eigen::MatrixXd P = series.at(n, t);
      ASSERT_TRUE(P.allFinite()) << name << " " << n << ", " << t;
      ASSERT_EQ((P - P.transpose()).cwiseAbs().maxCoeff(), 0.0) << name << " " << n << ", " << t;
      const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(P).eigenvalues();
      ASSERT_GE(values.minCoeff(), -4e-15 * values.maxCoeff()) << name << " " << n << ", " << t;
    }
  }
}

TEST(Properties, CovariancesStayCovariancesAtTheLimitOfTheArithmetic) {
  const RandomModelSizes sizes{.Z = 4, .O = 3, .U = 0, .T = 1000};
  for (const auto& [process, observation, initial] :
       {std::tuple(1e-12, 1.0, 1e6), std::tuple(1.0, 1e-13, 1.0), std::tuple(1e-10, 1e-10, 1e4)}) {
    LinearGaussianModel model = random_model(4, sizes);
    model.transition = scaled_identity(4);  // nothing is forgotten
    model.process_noise = scaled_identity(4, process);
    model.observation_noise = scaled_identity(3, observation);
    model.initial_covariance = scaled_identity(4, initial);
    for (const double missing : {0.0, 0.5}) {
      const Sequences data = random_sequences(4, 2, sizes, missing);
      const Filtered filtered = filter(model, data);
      expect_covariances(filtered.predicted.covariance, "predicted");
      expect_covariances(filtered.belief.covariance, "filtered");
      const Smoothed smoothed = smooth(model, data);
      expect_covariances(smoothed.belief.covariance, "smoothed");
      expect_covariances(smoothed.backward_covariance, "backward");
      for (const double log_likelihood : smoothed.log_likelihood) EXPECT_TRUE(std::isfinite(log_likelihood));
    }
  }
}

TEST(Properties, ThousandsOfTinyNoisesLeaveTheLineThatTheyDescribe) {
  // Almost no process noise: the smoothed belief is the mean of all observations, with variance R / T.
  const int64_t T = 3000;
  LinearGaussianModel model = random_walk(1e-20, 2.0);
  model.initial_covariance = Matrix{{1e8}};
  const Sequences data = random_sequences(5, 1, {.Z = 1, .O = 1, .U = 0, .T = T}, 0.0);
  double mean = 0.0;
  for (const double value : data.observations.values) mean += value / static_cast<double>(T);
  const Smoothed smoothed = smooth(model, data);
  for (const int64_t t : {int64_t{0}, T / 2, T - 1}) {
    EXPECT_NEAR(smoothed.belief.mean.at(0, t)[0], mean, 1e-9);
    EXPECT_NEAR(smoothed.belief.covariance.at(0, t)(0, 0), 2.0 / static_cast<double>(T), 1e-12);
  }
}

}  // namespace
}  // namespace vrkn::kalman::properties_test
