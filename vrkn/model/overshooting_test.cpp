#include "vrkn/model/overshooting.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/model/world_model.h"

namespace vrkn::model::overshooting_test {
namespace {

constexpr int64_t kB = 2, kT = 7, kDistance = 3;

WorldModel world_model(const ModelConfig& model, const ObjectiveConfig& objective = {}) {
  math::TensorGenerator rng(1);
  WorldModelConfig config;
  config.model = model;
  config.networks.vector_hidden = 8;
  config.networks.vector_layers = 1;
  config.networks.reward_hidden = 8;
  config.networks.reward_layers = 1;
  config.objective = objective;
  return WorldModel({{"state", env::SensorKind::kVector, {3}}}, 2, config, rng);
}

data::Batch random_batch() {
  math::TensorGenerator rng(2);
  return {.observations = {{rng.normal({kB, kT, 3}), rng.uniform({kB, kT}) < 0.7}},
          .actions = rng.normal({kB, kT, 2}),
          .rewards = rng.uniform({kB, kT, 1})};
}

WorldModel::LossPass evaluate(WorldModel& model, bool dropout) {
  math::TensorGenerator rng(3);
  return model.compute_loss(random_batch(), {rng, dropout});
}

TEST(Overshooting, EqualsPredictionsFromEveryStepByHand) {
  // The moments that a VRKN without dropout predicts hang on no random number.
  VrknNoMcdConfig config;
  config.latent_dim = 4;
  config.hidden_dim = 7;
  WorldModel model = world_model(config);
  const Inference inference = evaluate(model, false).inference;
  const at::Tensor actions = random_batch().actions;
  math::TensorGenerator rng(4);
  const at::Tensor kls = overshooting_kl(model.dynamics(), inference, actions, kDistance, {rng, false});
  ASSERT_EQ(kls.sizes(), (at::IntArrayRef{kDistance - 1, kB, kT - kDistance}));
  for (int64_t start = 0; start < kT - kDistance; ++start) {
    const Belief& posterior = inference.posterior;
    Belief belief{
        posterior.mean.select(1, start), posterior.var.select(1, start), posterior.sample.select(1, start), {}};
    for (int64_t k = 1; k <= kDistance; ++k) {
      belief = model.dynamics().predict(belief, actions.select(1, start + k), {rng, false});
      if (k == 1) continue;
      const at::Tensor mean = inference.belief.mean.select(1, start + k),
                       var = inference.belief.var.select(1, start + k);
      // KL of diagonal Gaussians, written out.
      const at::Tensor kl =
          0.5 * ((belief.var / var).log() + (var + (mean - belief.mean).square()) / belief.var - 1.0).sum(-1);
      EXPECT_TRUE(kls[k - 2].select(1, start).allclose(kl, 1e-4, 1e-5)) << start << ", " << k;
    }
  }
}

TEST(Overshooting, TeachesTheTransitionAlone) {
  for (const ModelConfig& config : small_models()) {
    WorldModel model = world_model(config);
    const Inference inference = evaluate(model, true).inference;
    math::TensorGenerator rng(4);
    overshooting_kl(model.dynamics(), inference, random_batch().actions, kDistance, {rng, true}).sum().backward();
    bool transition_learns = false;
    for (const auto& parameter : model.named_parameters()) {
      const at::Tensor& gradient = parameter.value().grad();
      const bool learns = gradient.defined() && gradient.abs().max().item<float>() > 0.0f;
      if (parameter.key().find("transition") != std::string::npos) {
        transition_learns = transition_learns || learns;
      } else {
        EXPECT_FALSE(learns) << kind_of(config) << " " << parameter.key();
      }
    }
    EXPECT_TRUE(transition_learns) << kind_of(config);
  }
}

TEST(Overshooting, JoinsTheLossWithItsWeightAndNotAtDistanceOne) {
  const ModelConfig kind = small_models().front();
  const auto loss = [&](int64_t distance, double weight) {
    WorldModel model =
        world_model(kind, {.free_nats = 0.0, .overshooting_distance = distance, .overshooting_weight = weight});
    return evaluate(model, true).loss.item<double>();
  };
  const double bound = loss(1, 1.0), with = loss(kDistance, 1.0);
  EXPECT_EQ(loss(kDistance, 0.0), bound);
  EXPECT_GT(with, bound);
  EXPECT_NEAR(loss(kDistance, 0.5) - bound, 0.5 * (with - bound), 1e-4 * (with - bound));
  // Sequences that are shorter than the distance overshoot as far as they go.
  EXPECT_EQ(loss(100, 1.0), loss(kT - 1, 1.0));
}

}  // namespace
}  // namespace vrkn::model::overshooting_test
