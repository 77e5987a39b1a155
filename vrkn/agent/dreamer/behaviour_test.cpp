#include "vrkn/agent/dreamer/behaviour.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/small_models.h"
#include "vrkn/agent/dreamer/actor.h"
#include "vrkn/math/returns.h"
#include "vrkn/nn/frozen.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::agent::behaviour_test {
namespace {

using at::Tensor;

constexpr int64_t kN = 3, kA = 2;
const DreamerConfig kConfig{.horizon = 4, .discount = 0.9, .lambda = 0.8};

/// A tiny agent in double, its noise a function of a seed.
struct Dream {
  explicit Dream(const model::ModelConfig& model) {
    math::TensorGenerator rng(1);
    const model::WorldModelConfig config{.model = model,
                                         .networks = {.vector_hidden = 5,
                                                      .vector_layers = 1,
                                                      .reward_hidden = 5,
                                                      .reward_layers = 1,
                                                      .reward_nonlinearity = "elu"}};
    const std::vector<env::SensorSpec> sensors{{"state", env::SensorKind::kVector, {2}}};
    world_model = std::make_shared<model::WorldModel>(sensors, kA, config, rng);
    actor = Actor(model::feature_size(model), kA, 6, 1);
    value = nn::Mlp(nn::MlpOptions{.input = model::feature_size(model), .hidden = 5, .layers = 1, .output = 1});
    for (torch::nn::Module* network :
         {static_cast<torch::nn::Module*>(world_model.get()), static_cast<torch::nn::Module*>(actor.get()),
          static_cast<torch::nn::Module*>(value.get())}) {
      nn::initialise(*network, rng);
      network->to(at::kDouble);
    }
    // Away from the first policy, which is so wide that tanh has no slope.
    const at::NoGradGuard no_grad;
    actor->network->linears.back()->bias.narrow(0, kA, kA).fill_(-5.0);
    start = world_model->dynamics().initial(kN, {rng, false});
  }

  BehaviourLosses losses(const Policy& policy) {
    math::TensorGenerator rng(7);
    return imagine_losses(*world_model, *value, policy, start, kConfig, {rng, /*dropout=*/true}, intrinsic, range);
  }
  /// The actor's policy with a noise of its own per step.
  Policy policy() {
    auto noise = std::make_shared<math::TensorGenerator>(8);
    return [this, noise](const Tensor& features) {
      const math::DiagonalGaussian moments = actor->forward(features);
      return at::tanh(math::sample(moments, noise->normal_like(moments.mean)));
    };
  }

  std::shared_ptr<model::WorldModel> world_model;
  Actor actor{nullptr};
  nn::Mlp value{nullptr};
  model::Belief start;
  IntrinsicReward intrinsic = {};
  const RewardRange* range = nullptr;
};

TEST(Behaviour, ReturnsStayWithinWhatTheRewardsSeenAllow) {
  Dream dreaming(model::RssmConfig{});
  const Tensor free = dreaming.losses(dreaming.policy()).returns;
  RewardRange wide, narrow;
  wide.learn(at::tensor({-1e3, 1e3}));
  narrow.learn(at::tensor({0.0, 0.01}));
  dreaming.range = &wide;
  EXPECT_TRUE(at::equal(dreaming.losses(dreaming.policy()).returns, free));

  // A value network that has run away: no return is above 0.01 / (1 - 0.9), and it is taught to come back.
  {
    const at::NoGradGuard no_grad;
    dreaming.value->linears.back()->bias.fill_(1000.0);
  }
  dreaming.range = &narrow;
  const BehaviourLosses losses = dreaming.losses(dreaming.policy());
  EXPECT_GE(losses.returns.min().item<double>(), 0.0);
  EXPECT_LE(losses.returns.max().item<double>(), 0.1 + 1e-9);
  losses.value.backward({}, /*retain_graph=*/true);
  EXPECT_GT(dreaming.value->linears.back()->bias.grad().item<double>(), 500.0);
  losses.actor.backward();
  EXPECT_TRUE(dreaming.actor->parameters()[0].grad().isfinite().all().item<bool>());
}

TEST(Behaviour, IntrinsicRewardsAddToThoseOfTheStatesThatActionsLeadTo) {
  Dream dreaming(model::RssmConfig{});
  const at::NoGradGuard no_grad;
  const Tensor before = dreaming.losses(dreaming.policy()).returns;
  std::vector<Tensor> seen, taken;
  dreaming.intrinsic = [&](const Tensor& features, const Tensor& actions) {
    seen.push_back(features), taken.push_back(actions);
    return at::full({features.size(0), features.size(1)}, 2.0, at::kDouble);
  };
  std::vector<Tensor> states;
  const Policy policy = dreaming.policy();
  const Tensor after =
      dreaming.losses([&](const Tensor& features) { return states.emplace_back(features), policy(features); }).returns;
  EXPECT_EQ(taken.at(0).sizes(), (at::IntArrayRef{3, kN, kA}));
  EXPECT_TRUE(at::equal(seen.at(0), at::stack(states).narrow(0, 0, 3)));  // what the policy saw when it chose them
  // A constant reward adds the return of constant rewards, with values of 0.
  const Tensor constant = at::full({3, kN}, 2.0, at::kDouble), nothing = at::zeros({4, kN}, at::kDouble);
  EXPECT_TRUE(at::allclose(after - before, math::lambda_returns(constant, nothing, kConfig.discount, kConfig.lambda)));
}

TEST(Behaviour, TheActorsGradientEqualsFiniteDifferences) {
  for (const model::ModelConfig& model : small_models()) {
    Dream dreaming(model);
    dreaming.intrinsic = [](const Tensor& features, const Tensor& actions) {
      return at::tanh(features.sum(-1)) * actions.square().sum(-1);
    };
    const nn::Frozen frozen(dreaming.world_model->parameters());
    // What the policy sees, kept, since no gradient goes through it.
    std::vector<Tensor> seen;
    const Policy policy = dreaming.policy();
    const BehaviourLosses losses = dreaming.losses([&](const Tensor& features) {
      seen.push_back(features);
      return policy(features);
    });
    losses.actor.backward();
    const auto loss_at_seen = [&] {
      const at::NoGradGuard no_grad;
      size_t step = 0;
      const Policy same = dreaming.policy();
      return dreaming.losses([&](const Tensor&) { return same(seen.at(step++)); }).actor.item<double>();
    };
    ASSERT_NEAR(loss_at_seen(), losses.actor.item<double>(), 1e-14);
    math::TensorGenerator rng(9);
    for (auto& parameter : dreaming.actor->named_parameters()) {
      Tensor weight = parameter.value();
      const Tensor direction = rng.normal_like(weight);
      const double analytic = (weight.grad() * direction).sum().item<double>();
      const at::NoGradGuard no_grad;
      const double step = 1e-5;
      weight.add_(direction, step);
      const double above = loss_at_seen();
      weight.sub_(direction, 2 * step);
      const double below = loss_at_seen();
      weight.add_(direction, step);
      EXPECT_GT(std::abs(analytic), 1e-6) << kind_of(model) << ": " << parameter.key();
      EXPECT_NEAR((above - below) / (2 * step), analytic, 1e-6 * std::max(1.0, std::abs(analytic)))
          << kind_of(model) << ": " << parameter.key();
    }
  }
}

TEST(Behaviour, FrozenWeightsGetNoGradientAndLearnAgainAfterwards) {
  Dream dreaming(model::RssmMcdConfig{});
  {
    const nn::Frozen frozen(dreaming.world_model->parameters());
    const BehaviourLosses losses = dreaming.losses(dreaming.policy());
    (losses.actor + losses.value).backward();
  }
  for (const auto& parameter : dreaming.world_model->named_parameters()) {
    EXPECT_FALSE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_TRUE(parameter.value().requires_grad()) << parameter.key();
  }
  EXPECT_TRUE(dreaming.actor->parameters()[0].grad().defined());
  EXPECT_TRUE(dreaming.value->parameters()[0].grad().defined());
}

TEST(Behaviour, LossesWeighStepsAndTakeTheReturnsAsConstants) {
  math::TensorGenerator rng(3);
  const Tensor rewards = rng.normal({3, kN}, at::kDouble), values = rng.normal({4, kN}, at::kDouble);
  values.set_requires_grad(true);
  const BehaviourLosses losses = behaviour_losses(rewards, values, values, 0.9, 0.8);
  double actor = 0.0;
  for (int64_t t = 0; t < 3; ++t) actor -= std::pow(0.9, t) * losses.returns[t].sum().item<double>() / (3.0 * kN);
  EXPECT_NEAR(losses.actor.item<double>(), actor, 1e-14);
  losses.value.backward();
  const Tensor weights = at::tensor({1.0, 0.9, 0.81}, at::kDouble).unsqueeze(1) / (3.0 * kN);
  EXPECT_TRUE(
      at::allclose(values.grad().narrow(0, 0, 3), weights * (values.narrow(0, 0, 3) - losses.returns), 0, 1e-14));
  EXPECT_EQ(values.grad()[3].abs().max().item<double>(), 0.0);
}

TEST(Behaviour, ImaginesWhatFollowsThePolicysActions) {
  const at::NoGradGuard no_grad;
  for (const model::ModelConfig& model : small_models()) {
    Dream dreaming(model);
    model::StateSpaceModel& dynamics = dreaming.world_model->dynamics();
    const Policy constant = [](const Tensor& features) { return at::full({features.size(0), kA}, 0.5, at::kDouble); };
    math::TensorGenerator rng(4), same(4);
    const Tensor features = imagine(dynamics, constant, dreaming.start, 3, {rng, false});
    model::Belief belief = dreaming.start;
    for (int64_t h = 0; h < 3; ++h) {
      belief = dynamics.predict(belief, at::full({kN, kA}, 0.5, at::kDouble), {same, false});
      EXPECT_TRUE(at::equal(features[h], dynamics.features(belief))) << kind_of(model);
    }
  }
}

TEST(Actor, IsWideAtFirstAndKeepsItsRange) {
  const at::NoGradGuard no_grad;
  Actor actor(4, kA, 8, 2);
  math::TensorGenerator rng(5);
  nn::initialise(*actor, rng);
  for (Tensor& parameter : actor->parameters()) parameter.zero_();
  const math::DiagonalGaussian first = actor->forward(at::ones({3, 4}));
  EXPECT_TRUE(at::allclose(first.var.sqrt(), at::full({3, kA}, 5.0001), 0, 1e-5));
  EXPECT_EQ(first.mean.abs().max().item<float>(), 0.0f);
  actor->network->linears.back()->bias.copy_(at::tensor({100.0f, -100.0f, -100.0f, -100.0f}));
  const math::DiagonalGaussian far = actor->forward(at::ones({3, 4}));
  EXPECT_TRUE(at::allclose(far.mean, at::tensor({5.0f, -5.0f}).expand({3, 2})));
  EXPECT_TRUE(at::allclose(far.var.sqrt(), at::full({3, kA}, 1e-4), 0, 1e-7));
}

}  // namespace
}  // namespace vrkn::agent::behaviour_test
