#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "tests/support/likelihood_gradient.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/parametrisation.h"
#include "vrkn/kalman/sample.h"

// Single elements of parameters that are fixed, shared or tied to others.
namespace vrkn::kalman::learned_elements_test {
namespace {

constexpr RandomModelSizes kSizes{.Z = 3, .O = 3, .U = 1, .T = 8};

Mask random_mask(ScalarGenerator& random, int64_t rows, int64_t cols, bool symmetric = false) {
  Mask mask(rows, cols);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) mask(i, j) = symmetric && j < i ? mask(j, i) : random.uniform() < 0.6;
  }
  mask(0, 0) = true;
  return mask;
}

struct Problems {
  LinearGaussianModel start;
  Sequences data;
  Learned learned;
};

// Everything is learned, but only random elements of it.
Problems random_problem(uint64_t seed) {
  ScalarGenerator random(derive_seed(seed, "masks"));
  Problems result{random_model(seed, kSizes), random_sequences(seed, 8, kSizes, seed % 2 == 0 ? 0.0 : 0.3), {}};
  Learned& learned = result.learned;
  learned.initial_mean = learned.initial_covariance = learned.transition = learned.state_offset = true;
  learned.process_noise = learned.emission = learned.emission_offset = learned.observation_noise = true;
  learned.elements = {.initial_mean = random_mask(random, 3, 1),
                      .initial_covariance = random_mask(random, 3, 3, true),
                      .transition = random_mask(random, 3, 3),
                      .state_offset = random_mask(random, 3, 1),
                      .process_noise = random_mask(random, 3, 3, true),
                      .emission = random_mask(random, 3, 3),
                      .emission_offset = random_mask(random, 3, 1),
                      .observation_noise = random_mask(random, 3, 3, true)};
  if (seed % 3 == 0) {  // blocks: the third component is fixed and independent
    for (Mask* mask : {&learned.elements.process_noise, &learned.elements.observation_noise}) {
      *mask = Mask{{true, true, false}, {true, true, false}, {false, false, false}};
    }
    for (Matrix* S : {&result.start.process_noise.values[0], &result.start.observation_noise.values[0]}) {
      (*S)(0, 2) = (*S)(2, 0) = (*S)(1, 2) = (*S)(2, 1) = 0.0;
    }
  }
  return result;
}

// The fixed elements of `found` are those of `start`, and some others are not.
void expect_fixed(const Matrix& found, const Matrix& start, const Mask& mask, const char* name) {
  bool any_moved = false;
  for (int64_t i = 0; i < mask.rows(); ++i) {
    for (int64_t j = 0; j < mask.cols(); ++j) {
      if (!mask(i, j)) {
        EXPECT_EQ(found(i, j), start(i, j)) << name << " " << i << ", " << j;
      } else {
        any_moved = any_moved || found(i, j) != start(i, j);
      }
    }
  }
  EXPECT_TRUE(any_moved) << name;
}

TEST(LearnedElements, BothRoutesMoveNothingElseAndNeverLowerTheLikelihood) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const auto [start, data, learned] = random_problem(seed);
    for (const auto route : {&fit_em, &fit_gradient}) {
      const Fit fit = route(start, data, learned, {.max_iterations = 6, .compute = {.threads = 1}});
      for (size_t i = 1; i < fit.log_likelihood.size(); ++i) {
        EXPECT_GE(fit.log_likelihood[i], fit.log_likelihood[i - 1]) << seed << ", " << i;
      }
      EXPECT_GT(fit.log_likelihood.back(), fit.log_likelihood.front() + 1e-3);
      const LearnedElements& e = learned.elements;
      expect_fixed(fit.model.initial_mean, start.initial_mean, e.initial_mean, "initial mean");
      expect_fixed(fit.model.initial_covariance, start.initial_covariance, e.initial_covariance, "initial covariance");
      expect_fixed(fit.model.transition.at(0), start.transition.at(0), e.transition, "transition");
      expect_fixed(fit.model.state_offset.at(0), start.state_offset.at(0), e.state_offset, "state offset");
      expect_fixed(fit.model.process_noise.at(0), start.process_noise.at(0), e.process_noise, "process noise");
      expect_fixed(fit.model.emission.at(0), start.emission.at(0), e.emission, "emission");
      expect_fixed(fit.model.emission_offset.at(0), start.emission_offset.at(0), e.emission_offset, "emission offset");
      expect_fixed(fit.model.observation_noise.at(0), start.observation_noise.at(0), e.observation_noise, "noise");
    }
  }
}

TEST(LearnedElements, TheGradientEqualsCentralDifferences) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const auto [start, data, learned] = random_problem(seed);
    const Parametrisation parametrisation(start, learned);
    ASSERT_EQ(parametrisation.names().size(), parametrisation.start().size());
    SCOPED_TRACE(seed);
    expect_gradient(parametrisation, start, data, 1e-6);
  }
}

TEST(LearnedElements, AnMStepIsTheMaximumOfWhatItMaximises) {
  // At the M-step's result the gradient of the expected log-likelihood by every learned coefficient is 0 (given the
  // noise that it started from), and by every element of the noise.
  for (const uint64_t seed : {uint64_t{3}, uint64_t{6}}) {
    auto [start, data, learned] = random_problem(seed);
    learned.initial_covariance = false;  // whose mask does not decompose
    const ExpectedStatistics statistics = e_step(start, data);
    const LinearGaussianModel best = m_step(start, statistics, learned);
    LinearGaussianModel coefficients_alone = best;
    coefficients_alone.process_noise = start.process_noise;
    coefficients_alone.observation_noise = start.observation_noise;
    Learned of_coefficients = learned, of_noise = learned;
    of_coefficients.process_noise = of_coefficients.observation_noise = false;
    of_noise.transition = of_noise.state_offset = of_noise.emission = of_noise.emission_offset = false;
    for (const double slope : Parametrisation(start, of_coefficients).gradient(coefficients_alone, statistics)) {
      EXPECT_NEAR(slope, 0.0, 1e-8);
    }
    const Parametrisation noise(best, of_noise);
    for (const double slope : noise.gradient(best, statistics)) EXPECT_NEAR(slope, 0.0, 1e-8);
  }
}

TEST(LearnedElements, BothRoutesReachTheSameOptimum) {
  LinearGaussianModel truth = random_model(5, {.Z = 2, .O = 2, .U = 0});
  truth.transition = Matrix{{0.8, 0.3}, {-0.3, 0.8}};
  truth.process_noise = Matrix{{0.5, 0.2}, {0.2, 0.8}};
  truth.emission = Matrix{{1.0, 0.2}, {-0.3, 1.0}};
  truth.observation_noise = diagonal_matrix({0.4, 0.6});
  Sequences data = sample(truth, 20, 40, 5).data;
  for (int64_t n = 0; n < 20; n += 3) data.observations.at(n, n)[1] = NAN;
  Learned learned{.transition = true, .process_noise = true, .observation_noise = true};
  learned.elements.transition = Mask{{true, false}, {false, true}};
  learned.elements.process_noise = Mask{{true, false}, {false, true}};  // the covariance 0.2 stays
  const Fit em = fit_em(truth, data, learned, {.max_iterations = 20000, .tolerance = 1e-8});
  const Fit gradient = fit_gradient(truth, data, learned, {.tolerance = 1e-8});
  EXPECT_TRUE(em.converged);
  EXPECT_TRUE(gradient.converged);
  EXPECT_NEAR(em.log_likelihood.back(), gradient.log_likelihood.back(), 1e-8);
  EXPECT_EQ(em.model.process_noise.at(0)(0, 1), 0.2);
  EXPECT_EQ(gradient.model.transition.at(0)(0, 1), 0.3);
  const std::vector<double> a = Parametrisation(em.model, learned).start(),
                            b = Parametrisation(gradient.model, learned).start();
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5);
}

TEST(LearnedElements, ComponentsWithoutNoiseStaySo) {
  // A slope without noise of its own, known level noise: what pykalman#115 asks for.
  LinearGaussianModel start;
  start.initial_mean = Vector::Zero(2);
  start.initial_covariance = scaled_identity(2);
  start.transition = Matrix{{1.0, 1.0}, {0.0, 1.0}};
  start.process_noise = diagonal_matrix({0.3, 0.0});
  start.emission = Matrix{{1.0, 0.0}};
  start.observation_noise = Matrix{{1.0}};
  const Sequences data = random_sequences(2, 5, {.Z = 2, .O = 1, .U = 0, .T = 20}, 0.2);
  Learned learned{.process_noise = true, .process_form = CovarianceForm::kDiagonal};
  learned.elements.process_noise = Mask{{true, false}, {false, false}};
  for (const auto route : {&fit_em, &fit_gradient}) {
    const Fit fit = route(start, data, learned, {.max_iterations = 10});
    EXPECT_EQ(fit.model.process_noise.at(0)(1, 1), 0.0);
    EXPECT_NE(fit.model.process_noise.at(0)(0, 0), 0.3);
    EXPECT_GT(fit.log_likelihood.back(), fit.log_likelihood.front());
  }
}

TEST(LearnedElements, StationaryCovarianceStaysAsItIs) {
  const Matrix A{{0.9, 0.2}, {-0.3, 0.7}}, Q{{0.5, 0.1}, {0.1, 0.3}};
  const Matrix P = stationary_covariance(A, Q);
  EXPECT_LT((A * P * A.transpose() + Q - P).cwiseAbs().maxCoeff(), 1e-13);
  // phi = 0.5: var / (1 - phi^2)
  EXPECT_NEAR(stationary_covariance(Matrix{{0.5}}, Matrix{{3.0}})(0, 0), 4.0, 1e-15);
  EXPECT_THROW(stationary_covariance(Matrix{{1.0}}, Matrix{{1.0}}), NumericalError);
  EXPECT_THROW(stationary_covariance(Matrix{{-1.1}}, Matrix{{1.0}}), NumericalError);
}

TEST(LearnedElements, TheGradientFollowsAStationaryStart) {
  LinearGaussianModel start;
  start.initial_mean = Vector::Zero(3);
  start.initial_covariance = scaled_identity(3);
  start.transition = Matrix{{1.0, 0.0, 0.0}, {0.0, 0.6, -0.2}, {0.0, 1.0, 0.0}};
  start.process_noise = diagonal_matrix({0.2, 0.7, 0.0});
  start.emission = Matrix{{1.0, 1.0, 0.0}};
  start.observation_noise = Matrix{{0.5}};
  Learned learned{.transition = true,
                  .process_noise = true,
                  .observation_noise = true,
                  .process_form = CovarianceForm::kDiagonal,
                  .stationary = {1, 2}};
  learned.elements.transition = Mask{{false, false, false}, {false, true, true}, {false, false, false}};
  learned.elements.process_noise = Mask{{true, false, false}, {false, true, false}, {false, false, false}};
  const Sequences data = random_sequences(4, 6, {.Z = 3, .O = 1, .U = 0, .T = 7}, 0.2);
  const Parametrisation parametrisation(start, learned);
  const LinearGaussianModel& model = parametrisation.start_model();
  EXPECT_NEAR(model.initial_covariance(1, 2), model.initial_covariance(2, 1), 0.0);
  EXPECT_EQ(model.initial_covariance(0, 0), 1.0);
  ASSERT_EQ(parametrisation.start().size(), 5u);
  expect_gradient(parametrisation, model, data, 1e-6);
}

std::string complaint(const std::function<void(LinearGaussianModel&, Learned&)>& spoil) {
  LinearGaussianModel model = random_model(3, {.Z = 2, .O = 2, .U = 0});
  Learned learned{.transition = true, .process_noise = true};
  spoil(model, learned);
  try {
    fit_em(model, random_sequences(3, 3, {.Z = 2, .O = 2, .U = 0}, 0.0), learned, {.max_iterations = 1});
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(LearnedElements, NamesWhatIsWrong) {
  using Model = LinearGaussianModel;
  EXPECT_EQ(complaint([](Model&, Learned& l) {
              l.elements.transition = Mask{{true, false}};
            }),
            "the mask of the transition matrix has size 1 x 2; expected 2 x 2");
  EXPECT_EQ(complaint([](Model&, Learned& l) { l.elements.transition = Mask::Constant(2, 2, false); }),
            "the transition matrix is learned, but its mask fixes every element");
  EXPECT_EQ(complaint([](Model&, Learned& l) {
              l.elements.process_noise = Mask{{true, true}, {false, true}};
            }),
            "the mask of the process noise is not symmetric, as that of a covariance must be");
  EXPECT_EQ(complaint([](Model& m, Learned& l) {
              m.process_noise = diagonal_matrix({1.0, 0.0});
              l.elements.process_noise = Mask{{true, false}, {false, false}};
              l.elements.transition = Mask{{true, true}, {true, false}};
            }),
            "the transition matrix is learned in row 1, but the process noise leaves that component without noise; it "
            "must be positive definite there");
  EXPECT_EQ(complaint([](Model&, Learned& l) {
              l.process_groups = {0, 0};
            }),
            "the process noise has groups with one variance, but is to be learned as full; with groups it must be "
            "diagonal");
  EXPECT_EQ(complaint([](Model& m, Learned& l) {
              m.process_noise = diagonal_matrix({1.0, 2.0});
              l.process_form = CovarianceForm::kDiagonal;
              l.process_groups = {0, 0};
            }),
            "the process noise is to be learned as diagonal with one variance for each group, but does not start so");
  EXPECT_EQ(complaint([](Model& m, Learned& l) {
              m.initial_diffuse = scaled_identity(2);
              l.initial_mean = true;
            }),
            "the initial state is to be learned, but its start is diffuse; choose one");
  EXPECT_EQ(complaint([](Model&, Learned& l) { l.stationary = {2}; }),
            "component 2 is named as stationary; expected different components from 0 to 1");
  EXPECT_EQ(complaint([](Model&, Learned& l) { l.stationary = {0}; }),
            "component 0 is to start stationary, but depends on component 1; it must not");
}

}  // namespace
}  // namespace vrkn::kalman::learned_elements_test
