#include <cmath>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/fit.h"

namespace vrkn::kalman::validation_test {
namespace {

constexpr RandomModelSizes kSizes{.Z = 2, .O = 3, .U = 1, .T = 4};

// What filter() says when the model and data were spoiled so.
template <class Expected>
std::string complaint(const std::function<void(LinearGaussianModel&, Sequences&)>& spoil) {
  LinearGaussianModel model = random_model(1, kSizes);
  Sequences data = random_sequences(1, 2, kSizes, 0.0);
  spoil(model, data);
  try {
    filter(model, data);
  } catch (const Expected& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Validation, NamesWhatIsWrongWithAModel) {
  using Model = LinearGaussianModel;
  const auto shape = [](void (*spoil)(Model&)) {
    return complaint<ShapeError>([=](Model& m, Sequences&) { spoil(m); });
  };
  const auto config = [](void (*spoil)(Model&)) {
    return complaint<ConfigError>([=](Model& m, Sequences&) { spoil(m); });
  };
  EXPECT_EQ(shape([](Model& m) { m.transition = Matrix::Zero(3, 3); }),
            "the transition matrix has size 3 x 3; expected 2 x 2");
  EXPECT_EQ(shape([](Model& m) { m.emission = Matrix::Zero(3, 1); }),
            "the emission matrix has size 3 x 1; expected 3 x 2");
  EXPECT_EQ(shape([](Model& m) { m.state_offset = Vector{{1.0}}; }), "the state offset has 1 entries; expected 2");
  EXPECT_EQ(shape([](Model& m) { m.process_noise = std::vector<Matrix>(3, scaled_identity(2)); }),
            "the process noise has 3 entries; expected 1, or one for each of 4 steps");
  EXPECT_EQ(shape([](Model& m) { m.transition = {}; }),
            "the transition matrix has 0 entries; expected 1, or one for each of 4 steps");
  EXPECT_EQ(shape([](Model& m) { m.initial_mean = Vector(); }),
            "the initial mean has no entries; a state needs at least one");
  EXPECT_EQ(shape([](Model& m) { m.emission_control = Matrix::Zero(3, 2); }),
            "the emission's control matrix has size 3 x 2; expected 3 x 1");
  EXPECT_EQ(config([](Model& m) { m.transition.values[0](0, 1) = NAN; }),
            "the transition matrix has an entry nan; it must be finite");
  EXPECT_EQ(config([](Model& m) { m.initial_mean[0] = INFINITY; }),
            "the initial mean has an entry inf; it must be finite");
  EXPECT_EQ(config([](Model& m) {
              m.observation_noise = diagonal_matrix({1.0, 0.0, 1.0});
            }),
            "the observation noise is not positive definite, as a covariance must be");
  EXPECT_EQ(config([](Model& m) {
              m.process_noise = diagonal_matrix({1.0, -1e-6});
            }),
            "the process noise is not positive semidefinite, as a covariance must be");
  EXPECT_EQ(config([](Model& m) {
              m.initial_covariance = Matrix{{1.0, 1.5}, {1.5, 1.0}};
            }),
            "the initial covariance is not positive semidefinite, as a covariance must be");
  EXPECT_EQ(config([](Model& m) {
              m.initial_covariance = Matrix{{0.0, 0.5}, {0.5, 1.0}};
            }),
            "the initial covariance is not positive semidefinite, as a covariance must be");
  EXPECT_EQ(config([](Model& m) { m.initial_covariance(0, 1) += 0.5; }),
            "the initial covariance is not symmetric: entries across its diagonal differ by up to 0.500000");
  EXPECT_EQ(config([](Model& m) {
              m.process_noise = std::vector<Matrix>(4, scaled_identity(2));
              m.process_noise.values[2](0, 0) = -1.0;
            }),
            "the process noise of step 2 is not positive semidefinite, as a covariance must be");
}

TEST(Validation, NamesWhatIsWrongWithData) {
  using Model = LinearGaussianModel;
  const auto shape = [](void (*spoil)(Sequences&)) {
    return complaint<ShapeError>([=](Model&, Sequences& d) { spoil(d); });
  };
  const auto data = [](void (*spoil)(Sequences&)) {
    return complaint<DataError>([=](Model&, Sequences& d) { spoil(d); });
  };
  EXPECT_EQ(data([](Sequences& d) { d.observations = Series(0, 4, 3); }),
            "there are no sequences; expected at least one");
  EXPECT_EQ(data([](Sequences& d) { d.observations = Series(2, 0, 3); }),
            "the sequences have length 0; expected at least one step");
  EXPECT_EQ(shape([](Sequences& d) { d.observations = Series(2, 4, 2); }),
            "an observation has 2 components; the model expects 3");
  EXPECT_EQ(shape([](Sequences& d) { d.controls = {}; }), "a control has 0 components; the model expects 1");
  EXPECT_EQ(shape([](Sequences& d) { d.controls = Series(2, 3, 1); }),
            "there are controls for 2 sequences of 3 steps, but observations for 2 of 4");
  EXPECT_EQ(shape([](Sequences& d) { d.observations.values.pop_back(); }),
            "the observations hold 23 numbers; their sizes say 24");
  EXPECT_EQ(data([](Sequences& d) { d.observations.at(1, 2)[0] = INFINITY; }),
            "the observation of sequence 1 at step 2 is infinite");
  EXPECT_EQ(data([](Sequences& d) { d.controls.at(0, 3)[0] = NAN; }),
            "the control of sequence 0 at step 3 is not finite");
  EXPECT_EQ(data([](Sequences& d) {
              for (int64_t t = 0; t < 4; ++t) std::ranges::fill(d.observations.at(1, t), NAN);
            }),
            "sequence 1 has no observation at all; expected at least one");
}

TEST(Validation, BeliefsThatGrowWithoutBoundAreReported) {
  LinearGaussianModel model = random_model(2, {.Z = 2, .O = 1});
  model.transition = scaled_identity(2, 1e30);
  model.emission = Matrix{{1e-3, 0.0}};
  Sequences data{Series(9, 30, 1), {}};
  for (int64_t n = 0; n < 9; ++n) {
    for (int64_t t = 0; t < 25; ++t) data.observations.at(n, t)[0] = NAN;
  }
  EXPECT_THROW(filter(model, data), NumericalError);
  EXPECT_THROW(filter(model, data, {.share_covariances = false}), NumericalError);
}

TEST(Validation, NamesWhatCannotBeLearned) {
  const auto complaint_of = [](const Learned& learned, const RandomModelSizes& sizes, auto&& spoil) -> std::string {
    LinearGaussianModel model = random_model(3, sizes);
    spoil(model);
    try {
      fit_em(model, random_sequences(3, 3, sizes, 0.0), learned);
    } catch (const InputError& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto as_it_is = [](LinearGaussianModel&) {};
  EXPECT_EQ(complaint_of({}, kSizes, as_it_is), "no parameter is to be learned; choose at least one");
  EXPECT_EQ(complaint_of({.transition = true}, {.Z = 2, .O = 3, .U = 0, .T = 1}, as_it_is),
            "the dynamics cannot be learned from sequences of length 1; expected at least 2 steps");
  EXPECT_EQ(complaint_of({.initial_mean = true}, {.Z = 2, .O = 3, .U = 0, .T = 1}, as_it_is), "nothing");
  EXPECT_EQ(complaint_of({.emission = true}, {.Z = 2, .O = 3, .U = 0, .T = 4, .per_step = true}, as_it_is),
            "the emission matrix is learned, or its companions are, but it differs from step to step; it must be "
            "constant");
  EXPECT_EQ(complaint_of({.process_noise = true, .process_form = CovarianceForm::kSpherical}, kSizes, as_it_is),
            "the process noise is to be learned as a number times the identity, but does not start so");
  EXPECT_EQ(complaint_of({.process_noise = true}, kSizes,
                         [](LinearGaussianModel& m) {
                           m.process_noise = diagonal_matrix({1.0, 0.0});
                         }),
            "the process noise is to be learned, but does not start positive definite");
}

}  // namespace
}  // namespace vrkn::kalman::validation_test
