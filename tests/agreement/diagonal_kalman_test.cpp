// Two modules, one answer: the dense filter and smoother of vrkn/kalman on diagonal models, and the factorised ones of
// vrkn/math/kalman.h.
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/random.h"
#include "vrkn/kalman/smoother.h"
#include "vrkn/math/kalman.h"

namespace vrkn {
namespace {

constexpr int64_t kSequences = 11, kSteps = 9, kSize = 5;

at::Tensor tensor(const kalman::Series& series) {
  return at::from_blob(const_cast<double*>(series.values.data()), {series.sequences, series.steps, series.size},
                       at::kDouble)
      .clone();
}

// The diagonals [N, T, Z] of covariances; what stands beside them must be zero.
at::Tensor diagonals(const kalman::MatrixSeries& series) {
  const at::Tensor all = at::from_blob(const_cast<double*>(series.values.data()),
                                       {series.sequences, series.steps, series.rows, series.cols}, at::kDouble);
  const at::Tensor diagonal = at::diagonal(all, 0, 2, 3).contiguous();
  EXPECT_EQ(at::count_nonzero(all).item<int64_t>(), at::count_nonzero(diagonal).item<int64_t>());
  return diagonal.expand({kSequences, series.steps, series.rows});
}

void expect_equal(const at::Tensor& a, const at::Tensor& b, const char* name) {
  EXPECT_LT((a - b).abs().max().item<double>(), 1e-12) << name;
}

TEST(DiagonalKalman, FilterSmootherAndSmoothedDynamicsAgreeWithTheDenseOnes) {
  for (const bool gaps : {false, true}) {
    ScalarGenerator random(gaps ? 1 : 2);
    // A diagonal model that differs from step to step; whole readings are missing or not.
    kalman::LinearGaussianModel model;
    model.initial_mean = kalman::Vector::Constant(kSize, 0.3);
    model.initial_covariance = 1.5 * kalman::Matrix::Identity(kSize, kSize);
    std::vector<double> factor, offset, process_var, obs_var;
    for (int64_t t = 0; t < kSteps; ++t) {
      kalman::Vector A(kSize), b(kSize), Q(kSize), R(kSize);
      for (int64_t i = 0; i < kSize; ++i) {
        A[i] = random.uniform(0.1, 0.99);
        b[i] = random.normal();
        Q[i] = random.uniform(0.001, 0.1);
        R[i] = random.uniform(0.01, 1.5);
      }
      model.transition.values.emplace_back(A.asDiagonal());
      model.state_offset.values.push_back(b);
      model.process_noise.values.emplace_back(Q.asDiagonal());
      model.observation_noise.values.emplace_back(R.asDiagonal());
      if (t > 0) {
        factor.insert(factor.end(), A.begin(), A.end());
        offset.insert(offset.end(), b.begin(), b.end());
        process_var.insert(process_var.end(), Q.begin(), Q.end());
      }
      obs_var.insert(obs_var.end(), R.begin(), R.end());
    }
    model.emission = kalman::Matrix::Identity(kSize, kSize);
    kalman::Sequences data{kalman::Series(kSequences, kSteps, kSize), {}};
    const at::Tensor valid = at::ones({kSequences, kSteps, 1}, at::kDouble);
    for (int64_t n = 0; n < kSequences; ++n) {
      for (int64_t t = 0; t < kSteps; ++t) {
        const bool missing = gaps && t > 0 && random.uniform() < 0.4;
        valid[n][t][0] = missing ? 0.0 : 1.0;
        for (double& value : data.observations.at(n, t)) value = missing ? NAN : random.normal();
      }
    }
    const kalman::Filtered filtered = kalman::filter(model, data);
    const kalman::Smoothed smoothed = kalman::smooth(model, data);

    const auto rows = [](const std::vector<double>& values) {
      const auto steps = static_cast<int64_t>(values.size()) / kSize;
      return at::tensor(values, at::kDouble).view({1, steps, kSize}).expand({kSequences, steps, kSize});
    };
    const math::LinearDynamics dynamics{rows(factor), rows(offset), rows(process_var)};
    const at::Tensor obs = at::nan_to_num(tensor(data.observations)), R = rows(obs_var);
    std::vector<at::Tensor> prior_mean, prior_var, mean, var;
    math::DiagonalGaussian belief{at::full({kSequences, kSize}, 0.3, at::kDouble),
                                  at::full({kSequences, kSize}, 1.5, at::kDouble)};
    for (int64_t t = 0; t < kSteps; ++t) {
      if (t > 0) {
        belief = math::predict(belief, {dynamics.factor.select(1, t - 1), dynamics.offset.select(1, t - 1),
                                        dynamics.var.select(1, t - 1)});
      }
      prior_mean.push_back(belief.mean);
      prior_var.push_back(belief.var);
      belief = math::update(belief, obs.select(1, t), R.select(1, t), valid.select(1, t));
      mean.push_back(belief.mean);
      var.push_back(belief.var);
    }
    const math::DiagonalGaussian prior{at::stack(prior_mean, 1), at::stack(prior_var, 1)};
    const math::DiagonalGaussian posterior{at::stack(mean, 1), at::stack(var, 1)};
    const math::Smoothed expected = math::smooth(posterior, prior, dynamics);
    expect_equal(tensor(filtered.predicted.mean), prior.mean, "predicted mean");
    expect_equal(diagonals(filtered.predicted.covariance), prior.var, "predicted variance");
    expect_equal(tensor(filtered.belief.mean), posterior.mean, "filtered mean");
    expect_equal(diagonals(filtered.belief.covariance), posterior.var, "filtered variance");
    expect_equal(tensor(smoothed.belief.mean), expected.belief.mean, "smoothed mean");
    expect_equal(diagonals(smoothed.belief.covariance), expected.belief.var, "smoothed variance");
    expect_equal(diagonals(smoothed.backward_gain), expected.gain, "backward gain");
    expect_equal(diagonals(smoothed.backward_covariance), expected.backward_var, "backward variance");

    const at::Tensor state = at::full({kSequences, kSteps - 1, kSize}, 0.7, at::kDouble);
    const math::DiagonalGaussian next = math::smoothed_dynamics(expected, state);
    for (int64_t n = 0; n < kSequences; ++n) {
      for (int64_t t = 0; t + 1 < kSteps; ++t) {
        const kalman::SmoothedDynamics q = kalman::smoothed_dynamics(smoothed, n, t);
        for (int64_t i = 0; i < kSize; ++i) {
          EXPECT_NEAR(q.gain(i, i) * 0.7 + q.offset[i], next.mean[n][t][i].item<double>(), 1e-12);
          EXPECT_NEAR(q.covariance(i, i), next.var[n][t][i].item<double>(), 1e-12);
        }
      }
    }
  }
}

}  // namespace
}  // namespace vrkn
