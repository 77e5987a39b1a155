#include "vrkn/study/rssm_optimum.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/math/tensor_generator.h"
#include "vrkn/study/lgssm_study.h"

namespace vrkn::study::rssm_optimum_test {
namespace {

at::Tensor orthogonal(int64_t size) {
  math::TensorGenerator rng(5);
  return std::get<0>(at::linalg_qr(rng.normal({size, size}, at::kDouble)));
}

// The figures were computed apart from this code, by a program that knows only the study's setting.
TEST(RssmOptimum, EqualsAnIndependentComputation) {
  const PopulationResult found = study_population(StudyConfig());
  EXPECT_NEAR(found.rssm.transition_var, 0.0257057, 0.0257057e-5);
  EXPECT_NEAR(found.rssm.distance, 0.045176, 1e-5);
  EXPECT_NEAR(found.rssm.bound, -7.82474186, 1e-6);
  EXPECT_NEAR(found.rssm.log_prob, 3.190198, 1e-5);
  EXPECT_LT(found.rssm.gradient_norm, 1e-4);
  EXPECT_NEAR(found.smoothed_log_prob, 4.0222, 1e-3);
  EXPECT_NEAR(found.posterior_log_prob, 3.2536, 1e-3);
  ASSERT_TRUE(found.stationary.has_value());
  EXPECT_NEAR(found.stationary->transition_var, 0.02617542, 0.02617542e-5);
  EXPECT_NEAR(found.stationary->distance, 0.126840, 1e-5);
}

TEST(RssmOptimum, DoesNotDependOnTheBasis) {
  const IsotropicModel truth = true_model(StudyConfig());
  const at::Tensor U = orthogonal(4);
  IsotropicModel turned = truth;
  turned.transition_matrix = at::matmul(at::matmul(U, truth.transition_matrix), U.t());

  const RssmOptimum here = rssm_optimum(truth, 50), rotated = rssm_optimum(turned, 50);
  EXPECT_NEAR(rotated.transition_var, here.transition_var, 1e-5 * here.transition_var);
  EXPECT_NEAR(rotated.distance, here.distance, 1e-5);
  EXPECT_NEAR(rotated.bound, here.bound, 1e-6);
  EXPECT_NEAR(rotated.log_prob, here.log_prob, 1e-5);
  const at::Tensor back = at::matmul(at::matmul(U.t(), rotated.transition_matrix), U);
  EXPECT_LT((back - here.transition_matrix).abs().max().item<double>(), 1e-5);

  const RssmOptimum endless = *stationary_rssm_optimum(truth), turned_endless = *stationary_rssm_optimum(turned);
  EXPECT_NEAR(turned_endless.transition_var, endless.transition_var, 1e-5 * endless.transition_var);
  EXPECT_NEAR(turned_endless.distance, endless.distance, 1e-5);
  EXPECT_NEAR(turned_endless.log_prob, endless.log_prob, 1e-5);
}

TEST(RssmOptimum, LongSequencesApproachTheEndlessOnes) {
  const IsotropicModel truth = true_model(StudyConfig());
  const RssmOptimum endless = *stationary_rssm_optimum(truth);
  const auto difference = [&](int64_t length) {
    return std::abs(rssm_optimum(truth, length).transition_var - endless.transition_var);
  };
  EXPECT_LT(difference(300), 0.9 * difference(50));
}

TEST(RssmOptimum, OverestimatesForMatricesOfAnySize) {
  for (const int64_t size : {1, 3, 6}) {
    const at::Tensor A = 0.9 * orthogonal(size);
    const RssmOptimum found = rssm_optimum({.transition_matrix = A}, 30);
    EXPECT_GT(found.transition_var, 0.012) << size;
    EXPECT_EQ(found.transition_matrix.size(0), size);
  }
}

TEST(RssmOptimum, ThereIsNoEndlessSequenceOfAnUnstableModel) {
  EXPECT_FALSE(stationary_rssm_optimum({.transition_matrix = at::eye(2, at::kDouble)}).has_value());
}

// With exact observations nothing is left to guess, and the bound is tight: the RSSM finds the truth.
TEST(RssmOptimum, FindsTheTruthWhereNothingIsHidden) {
  const RssmOptimum found =
      rssm_optimum({.transition_matrix = 0.9 * orthogonal(2), .transition_var = 0.01, .observation_var = 1e-6}, 20);
  EXPECT_NEAR(found.transition_var, 0.01, 2e-5);
  EXPECT_LT(found.distance, 1e-3);
}

}  // namespace
}  // namespace vrkn::study::rssm_optimum_test
