#include "vrkn/kalman/fit.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "tests/support/likelihood_gradient.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/parametrisation.h"
#include "vrkn/kalman/sample.h"

namespace vrkn::kalman::fit_test {
namespace {

constexpr RandomModelSizes kSizes{.Z = 2, .O = 3, .U = 1, .T = 8};

// A random model whose learned covariances have the given form.
LinearGaussianModel start_in_form(uint64_t seed, CovarianceForm form) {
  LinearGaussianModel model = random_model(seed, kSizes);
  model.initial_covariance = in_form(model.initial_covariance, form);
  model.process_noise = in_form(model.process_noise.at(0), form);
  model.observation_noise = in_form(model.observation_noise.at(0), form);
  return model;
}

Learned everything(CovarianceForm form) {
  return {.initial_mean = true,
          .initial_covariance = true,
          .transition = true,
          .state_offset = true,
          .process_noise = true,
          .emission = true,
          .emission_offset = true,
          .observation_noise = true,
          .initial_form = form,
          .process_form = form,
          .observation_form = form};
}

// Entry `bits` of all subsets of parameters.
Learned subset(int bits, CovarianceForm form) {
  Learned learned = everything(form);
  bool* const flags[] = {&learned.initial_mean,    &learned.initial_covariance, &learned.transition,
                         &learned.state_offset,    &learned.process_noise,      &learned.emission,
                         &learned.emission_offset, &learned.observation_noise};
  for (int i = 0; i < 8; ++i) *flags[i] = (bits >> i & 1) != 0;
  return learned;
}

constexpr CovarianceForm kForms[] = {CovarianceForm::kFull, CovarianceForm::kDiagonal, CovarianceForm::kSpherical};

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

double largest_difference(const Matrix& a, const Matrix& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

TEST(Parametrisation, GivesBackTheModelItWasMadeFrom) {
  for (const CovarianceForm form : kForms) {
    const LinearGaussianModel model = start_in_form(1, form);
    const Parametrisation parametrisation(model, everything(form));
    const LinearGaussianModel again = parametrisation.model(parametrisation.start());
    EXPECT_EQ(again.initial_mean, model.initial_mean);
    EXPECT_EQ(again.transition.at(0), model.transition.at(0));
    EXPECT_LT(largest_difference(again.process_noise.at(0), model.process_noise.at(0)), 1e-14);
    EXPECT_LT(largest_difference(again.initial_covariance, model.initial_covariance), 1e-14);
    EXPECT_LT(largest_difference(parametrisation.start(), Parametrisation(again, everything(form)).start()), 1e-13);
  }
}

TEST(Parametrisation, GradientEqualsCentralDifferences) {
  for (const CovarianceForm form : kForms) {
    for (const double missing : {0.0, 0.4}) {
      const LinearGaussianModel model = start_in_form(2, form);
      const Sequences data = random_sequences(2, 3, kSizes, missing);
      expect_gradient(Parametrisation(model, everything(form)), model, data, 1e-6);
    }
  }
}

TEST(Fit, EmNeverLowersTheLikelihoodWhateverIsLearned) {
  for (int bits = 1; bits < 256; ++bits) {
    const CovarianceForm form = kForms[bits % 3];
    const LinearGaussianModel start = start_in_form(static_cast<uint64_t>(bits), form);
    const Sequences data = random_sequences(static_cast<uint64_t>(bits), 6, kSizes, bits % 2 == 0 ? 0.0 : 0.3);
    const Fit fit = fit_em(start, data, subset(bits, form), {.max_iterations = 8, .compute = {.threads = 1}});
    for (size_t i = 1; i < fit.log_likelihood.size(); ++i) {
      EXPECT_GE(fit.log_likelihood[i], fit.log_likelihood[i - 1] - 1e-10 * std::abs(fit.log_likelihood[i - 1]))
          << "subset " << bits << ", iteration " << i;
    }
    EXPECT_GT(fit.log_likelihood.back(), fit.log_likelihood.front());
  }
}

TEST(Fit, OnlyWhatIsLearnedChanges) {
  const LinearGaussianModel start = start_in_form(4, CovarianceForm::kFull);
  const Sequences data = random_sequences(4, 5, kSizes, 0.2);
  for (int bit = 0; bit < 8; ++bit) {
    for (const auto route : {&fit_em, &fit_gradient}) {
      const LinearGaussianModel found =
          route(start, data, subset(1 << bit, CovarianceForm::kFull), {.max_iterations = 2}).model;
      EXPECT_EQ(found.initial_mean != start.initial_mean, bit == 0);
      EXPECT_EQ(found.initial_covariance != start.initial_covariance, bit == 1);
      EXPECT_EQ(found.transition.values != start.transition.values, bit == 2);
      EXPECT_EQ(found.state_offset.values != start.state_offset.values, bit == 3);
      EXPECT_EQ(found.process_noise.values != start.process_noise.values, bit == 4);
      EXPECT_EQ(found.emission.values != start.emission.values, bit == 5);
      EXPECT_EQ(found.emission_offset.values != start.emission_offset.values, bit == 6);
      EXPECT_EQ(found.observation_noise.values != start.observation_noise.values, bit == 7);
    }
  }
}

TEST(Fit, BothRoutesReachTheSameOptimum) {
  // With the emission held, the other parameters are identified, and with noises of this size their optimum lies well
  // inside, where no variance is near zero.
  LinearGaussianModel truth = random_model(5, {.Z = 2, .O = 2, .U = 1});
  truth.transition = Matrix{{0.8, 0.3}, {-0.3, 0.8}};
  truth.process_noise = diagonal_matrix({0.5, 0.8});
  truth.emission = Matrix{{1.0, 0.2}, {-0.3, 1.0}};
  truth.observation_noise = diagonal_matrix({0.4, 0.6});
  truth.initial_covariance = scaled_identity(2);
  Series controls(60, 12, 1);
  ScalarGenerator random(1);
  for (double& value : controls.values) value = random.normal();
  Sequences data = sample(truth, 60, 12, 5, controls).data;
  for (int64_t n = 0; n < 60; n += 2) data.observations.at(n, n % 12)[0] = NAN;
  Learned learned = everything(CovarianceForm::kDiagonal);
  learned.emission = learned.emission_offset = false;

  LinearGaussianModel start = truth;
  start.transition = scaled_identity(2, 0.3);
  start.process_noise = scaled_identity(2, 0.5);
  start.observation_noise = scaled_identity(2, 2.0);
  start.initial_mean = Vector{{0.0, 0.0}};
  start.state_offset = {};
  const Fit em = fit_em(start, data, learned, {.max_iterations = 20000, .tolerance = 1e-8});
  const Fit gradient = fit_gradient(start, data, learned, {.max_iterations = 2000, .tolerance = 1e-8});
  EXPECT_TRUE(em.converged);
  EXPECT_TRUE(gradient.converged);
  EXPECT_LT(em.log_likelihood.size(), 200u);
  EXPECT_LT(gradient.log_likelihood.size(), 200u);
  EXPECT_NEAR(em.log_likelihood.back(), gradient.log_likelihood.back(), 1e-6);
  const Parametrisation a(em.model, learned), b(gradient.model, learned);
  EXPECT_LT(largest_difference(a.start(), b.start()), 1e-5);
  // At the optimum the gradient is zero.
  const Parametrisation at_optimum(gradient.model, learned);
  for (const double slope : at_optimum.gradient(gradient.model, e_step(gradient.model, data))) {
    EXPECT_NEAR(slope, 0.0, 1e-3);
  }
}

TEST(Fit, FindsTheModelThatMadeTheData) {
  // A rotation, seen whole: the setting of the paper's Section 2.2.
  LinearGaussianModel truth;
  truth.initial_mean = Vector{{0.0, 0.0}};
  truth.initial_covariance = scaled_identity(2);
  truth.transition = Matrix{{0.9, 0.3}, {-0.3, 0.9}};
  truth.process_noise = scaled_identity(2, 0.04);
  truth.emission = scaled_identity(2);
  truth.observation_noise = scaled_identity(2, 0.025);
  const Sequences data = sample(truth, 400, 30, 3).data;
  LinearGaussianModel start = truth;
  start.transition = scaled_identity(2, 0.5);
  start.process_noise = scaled_identity(2, 1.0);
  const Learned learned{.transition = true, .process_noise = true, .process_form = CovarianceForm::kSpherical};
  for (const auto route : {&fit_em, &fit_gradient}) {
    const Fit fit = route(start, data, learned, {});
    EXPECT_TRUE(fit.converged);
    // States have a variance of about 0.4, so 11600 transitions leave a standard error of about 0.004.
    EXPECT_LT(largest_difference(fit.model.transition.at(0), truth.transition.at(0)), 0.025);
    EXPECT_NEAR(fit.model.process_noise.at(0)(0, 0), 0.04, 0.004);
    EXPECT_EQ(fit.model.process_noise.at(0)(0, 1), 0.0);
    EXPECT_EQ(fit.model.process_noise.at(0)(0, 0), fit.model.process_noise.at(0)(1, 1));
  }
}

TEST(Fit, ThreadsDoNotMatter) {
  const LinearGaussianModel start = start_in_form(6, CovarianceForm::kFull);
  const Learned learned = everything(CovarianceForm::kFull);
  for (const double missing : {0.0, 0.3}) {
    const Sequences data = random_sequences(6, 70, kSizes, missing);
    const Fit one = fit_em(start, data, learned, {.max_iterations = 3, .compute = {.threads = 1}});
    const Fit four = fit_em(start, data, learned, {.max_iterations = 3, .compute = {.threads = 4}});
    EXPECT_EQ(one.log_likelihood, four.log_likelihood);
    EXPECT_EQ(one.model.transition.at(0), four.model.transition.at(0));
  }
}

}  // namespace
}  // namespace vrkn::kalman::fit_test
