#include "vrkn/model/objective.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn {
namespace {

/// Values of one sequence, [1, T].
at::Tensor row(std::vector<double> values) {
  return at::tensor(values, at::kDouble).unsqueeze(0);
}

BoundTerms some_terms() {
  return {.sensor_log_probs = {row({-1.0, -2.0, -3.0}), row({0.0, -0.5, 0.0})},
          .reward_log_prob = row({-0.1, -0.2, -0.3}),
          .kl = row({7.0, 5.0, 2.0})};
}

TEST(Objective, IsTheWeightedBoundPerStep) {
  // Free nats 3: the KLs cost 4, 2 and 0; the first counts only with initial_kl_weight.
  EXPECT_NEAR(bound_loss(some_terms(), {}).item<double>(), (6.0 + 0.5 + 10 * 0.6 + 2.0) / 3, 1e-14);
  EXPECT_NEAR(bound_loss(some_terms(), {.initial_kl_weight = 1.0}).item<double>(), (6.5 + 6.0 + 6.0) / 3, 1e-14);
  EXPECT_NEAR(bound_loss(some_terms(), {.sensor_weight = 0.0, .reward_weight = 1.0, .free_nats = 0.0}).item<double>(),
              (0.6 + 7.0) / 3, 1e-14);
}

TEST(Objective, AKlBelowTheFreeNatsHasNoGradient) {
  BoundTerms terms = some_terms();
  terms.kl.set_requires_grad(true);
  bound_loss(terms, {}).backward();
  EXPECT_TRUE(at::allclose(terms.kl.grad(), row({0.0, 1.0 / 3, 0.0})));
}

}  // namespace
}  // namespace vrkn
