#include "vrkn/kalman/statistics.h"

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"

namespace vrkn::kalman::statistics_test {
namespace {

// E[x y^T] under a Gaussian, for two lists of entries.
Eigen::MatrixXd second_moment(const DenseGaussian& g, const Eigen::MatrixXd& x, const Eigen::MatrixXd& y,
                              const Eigen::VectorXd& x_offset, const Eigen::VectorXd& y_offset) {
  return x * g.covariance * y.transpose() + (x * g.mean + x_offset) * (y * g.mean + y_offset).transpose();
}

double difference(const Matrix& found, const Eigen::MatrixXd& expected) {
  return (found - expected).cwiseAbs().maxCoeff();
}

TEST(Statistics, EqualMomentsOfTheDenseJointGaussian) {
  const RandomModelSizes sizes{.Z = 2, .O = 3, .U = 2, .T = 5, .per_step = true};
  const auto [Z, O, U, T, per_step] = sizes;
  for (const double missing : {0.0, 0.5}) {
    const LinearGaussianModel model = random_model(1, sizes);
    const Sequences data = random_sequences(1, 19, sizes, missing);
    Eigen::MatrixXd inputs = Eigen::MatrixXd::Zero(Z + 1, Z + 1), cross = Eigen::MatrixXd::Zero(Z, Z + 1),
                    targets = Eigen::MatrixXd::Zero(Z, Z);
    Eigen::MatrixXd seen_inputs = inputs, seen_cross = Eigen::MatrixXd::Zero(O, Z + 1),
                    seen_targets = Eigen::MatrixXd::Zero(O, O), initial = targets;
    Eigen::VectorXd initial_sum = Eigen::VectorXd::Zero(Z);
    double log_likelihood = 0.0, transitions = 0.0, observed_steps = 0.0;
    for (int64_t n = 0; n < data.observations.sequences; ++n) {
      const DenseStateSpace dense(model, data, n);
      const auto [known, values] = dense.observed(data, n, T);
      log_likelihood += dense.log_density(known, values);
      std::vector<int> all;
      for (int i = 0; i < T * (Z + O); ++i) all.push_back(i);
      // Observed entries get their value and variance zero.
      const DenseGaussian posterior = dense.joint.given(all, known, values);
      const auto select = [&](int64_t first, int64_t count, int64_t rows) {
        Eigen::MatrixXd selection = Eigen::MatrixXd::Zero(rows, T * (Z + O));
        selection.block(0, first, count, count).setIdentity();
        return selection;
      };
      const auto control = [&](const PerStep<Matrix>& matrix, int64_t t) -> Eigen::VectorXd {
        return matrix.at(t) * Eigen::Map<const Eigen::VectorXd>(data.controls.at(n, t).data(), U);
      };
      Eigen::VectorXd one = Eigen::VectorXd::Zero(Z + 1);
      one(Z) = 1.0;
      initial_sum += posterior.mean.head(Z);
      initial += second_moment(posterior, select(0, Z, Z), select(0, Z, Z), one.head(Z), one.head(Z));
      for (int64_t t = 0; t < T; ++t) {
        if (t > 0) {
          const auto x = select((t - 1) * Z, Z, Z + 1), y = select(t * Z, Z, Z);
          const Eigen::VectorXd offset = -control(model.state_control, t);
          inputs += second_moment(posterior, x, x, one, one);
          cross += second_moment(posterior, y, x, offset, one);
          targets += second_moment(posterior, y, y, offset, offset);
          transitions += 1.0;
        }
        bool any = false;
        for (const double value : data.observations.at(n, t)) any = any || !std::isnan(value);
        if (!any) continue;
        const auto x = select(t * Z, Z, Z + 1), y = select(T * Z + t * O, O, O);
        const Eigen::VectorXd offset = -control(model.emission_control, t);
        seen_inputs += second_moment(posterior, x, x, one, one);
        seen_cross += second_moment(posterior, y, x, offset, one);
        seen_targets += second_moment(posterior, y, y, offset, offset);
        observed_steps += 1.0;
      }
    }
    for (const bool share : {true, false}) {
      const ExpectedStatistics found = e_step(model, data, {.share_covariances = share});
      EXPECT_NEAR(found.log_likelihood, log_likelihood, 1e-8);
      EXPECT_EQ(found.sequences, 19.0);
      EXPECT_EQ(found.dynamics.count, transitions);
      EXPECT_EQ(found.emission.count, observed_steps);
      EXPECT_LT(difference(found.dynamics.inputs, inputs), 1e-8);
      EXPECT_LT(difference(found.dynamics.cross, cross), 1e-8);
      EXPECT_LT(difference(found.dynamics.targets, targets), 1e-8);
      EXPECT_LT(difference(found.emission.inputs, seen_inputs), 1e-8);
      EXPECT_LT(difference(found.emission.cross, seen_cross), 1e-8);
      EXPECT_LT(difference(found.emission.targets, seen_targets), 1e-8);
      EXPECT_LT(difference(found.initial_square, initial), 1e-8);
      for (int64_t i = 0; i < Z; ++i) EXPECT_NEAR(found.initial_sum[i], initial_sum(i), 1e-8);
    }
  }
}

}  // namespace
}  // namespace vrkn::kalman::statistics_test
