#include "vrkn/model/objective.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn::model::objective_test {
namespace {

/// Values of one sequence, [1, T].
at::Tensor row(std::vector<double> values) {
  return at::tensor(values, at::kDouble).unsqueeze(0);
}

ElboTerms some_terms() {
  return {.sensor_log_probs = {row({-1.0, -2.0, -3.0}), row({0.0, -0.5, 0.0})},
          .reward_log_prob = row({-0.1, -0.2, -0.3}),
          .kl = row({7.0, 5.0, 2.0})};
}

TEST(Objective, IsTheWeightedBoundPerStep) {
  // Free nats 3: the KLs cost 4, 2 and 0; the first counts only with initial_kl_weight.
  EXPECT_NEAR(negative_elbo(some_terms(), {}, {1.0, 1.0}, 0.0).item<double>(), (6.0 + 0.5 + 10 * 0.6 + 2.0) / 3, 1e-14);
  EXPECT_NEAR(negative_elbo(some_terms(), {}, {1.0, 1.0}, 1.0).item<double>(), (6.5 + 6.0 + 6.0) / 3, 1e-14);
  EXPECT_NEAR(
      negative_elbo(some_terms(), {.sensor_weight = 0.0, .reward_weight = 1.0, .free_nats = 0.0}, {0.0, 0.0}, 0.0)
          .item<double>(),
      (0.6 + 7.0) / 3, 1e-14);
}

TEST(Objective, AKlBelowTheFreeNatsCostsNothingAndHasNoGradient) {
  ElboTerms terms = some_terms();
  terms.kl = row({7.0, 3.0 - 1e-9, 3.0 + 1e-9});
  terms.kl.set_requires_grad(true);
  negative_elbo(terms, {}, {1.0, 1.0}, 0.0).backward();
  EXPECT_TRUE(at::allclose(terms.kl.grad(), row({0.0, 0.0, 1.0 / 3})));
  // At and around the threshold the loss is continuous, and from there on it grows by what is above.
  const auto loss = [&](double kl) {
    ElboTerms moved = some_terms();
    moved.kl = row({7.0, kl, 0.0});
    return 3.0 * negative_elbo(moved, {.reward_weight = 0.0}, {1.0, 1.0}, 0.0).item<double>();
  };
  const double free = loss(0.0);
  EXPECT_EQ(loss(2.999), free);
  EXPECT_EQ(loss(3.0), free);
  EXPECT_NEAR(loss(3.001), free + 0.001, 1e-12);
}

TEST(Objective, EverySensorHasItsWeight) {
  EXPECT_NEAR(negative_elbo(some_terms(), {.reward_weight = 0.0, .free_nats = 100.0}, {2.0, 10.0}, 0.0).item<double>(),
              (2.0 * 6.0 + 10.0 * 0.5) / 3, 1e-14);
}

TEST(Objective, TheTwoSidesOfTheKlHaveWeightsOfTheirOwn) {
  const ObjectiveConfig config{
      .reward_weight = 0.0, .free_nats = 3.0, .dynamics_weight = 0.5, .representation_weight = 0.1};
  ElboTerms terms = some_terms();
  terms.kl = row({7.0, 5.0, 2.0}).set_requires_grad(true);
  terms.dynamics_kl = row({7.0, 5.0, 2.0}).set_requires_grad(true);
  negative_elbo(terms, config, {0.0, 0.0}, 1.0).backward();
  // kl reaches both sides and dynamics_kl the prediction alone: 0.1 towards the inferred, 0.1 + 0.4 to the predicted.
  EXPECT_TRUE(at::allclose(terms.kl.grad(), row({0.1, 0.1, 0.0}) / 3));
  EXPECT_TRUE(at::allclose(terms.dynamics_kl.grad(), row({0.4, 0.4, 0.0}) / 3));
}

}  // namespace
}  // namespace vrkn::model::objective_test
