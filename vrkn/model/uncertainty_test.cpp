#include "vrkn/model/uncertainty.h"

#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/core/error.h"

namespace vrkn::model {
namespace {

using at::Tensor;

/// z' = factor * mask * z + action + N(0, process_var), with one state and a dropout mask as the only weight. It draws
/// a new mask for every step unless the belief brings one, and never carries it on.
class LinearGaussian final : public StateSpaceModel {
 public:
  explicit LinearGaussian(double rate_, double process_var_ = 0.3) : rate(rate_), process_var(process_var_) {}

  Belief initial(int64_t batch, Sampling /*sampling*/) override {
    const Tensor state = at::zeros({batch, 1}, at::kDouble);
    return {state, at::ones_like(state), state, {}};
  }
  Belief predict(const Belief& belief, const Tensor& action, Sampling sampling) override {
    const TransitionMasks masks = belief.masks.defined() ? belief.masks : draw_masks(belief, sampling);
    const Tensor A = masks.defined() ? masks.gate * kFactor : at::full_like(belief.mean, kFactor);
    const math::DiagonalGaussian next{A * belief.sample + action, at::full_like(belief.mean, process_var)};
    return {A * belief.mean + action,
            A.square() * belief.var + process_var,
            math::sample(next, sampling.rng.normal_like(next.mean)),
            {}};
  }
  Belief update(const Belief& prior, const SensorEmbeddings& /*embeddings*/, Sampling /*sampling*/) override {
    return prior;
  }
  Inference infer(const SensorEmbeddings& /*embeddings*/, const Tensor& /*actions*/, Sampling /*sampling*/) override {
    return {};
  }
  Tensor features(const Belief& belief) const override { return belief.sample; }
  TransitionMasks draw_masks(const Belief& belief, Sampling sampling) const override {
    if (rate == 0.0) return {};
    const Tensor mask = sampling.rng.dropout_mask(belief.mean.sizes(), rate, at::kDouble);
    return {mask, mask, mask};
  }

  static constexpr double kFactor = 0.8;
  double rate, process_var;
};

Belief gaussian_belief(int64_t batch, double mean, double var) {
  const Tensor m = at::full({batch, 1}, mean, at::kDouble);
  return {m, at::full_like(m, var), m, {}};
}

/// Expects the mean of many independent estimates to be `expected`, by six of its standard errors.
void expect_mean(const Tensor& estimates, double expected) {
  const double error = estimates.std().item<double>() / std::sqrt(static_cast<double>(estimates.numel()));
  EXPECT_NEAR(estimates.mean().item<double>(), expected, 6 * error);
  EXPECT_LT(6 * error, 0.1 * expected) << "the test could hardly fail";
}

TEST(Uncertainty, BothPartsOfALinearGaussianModelEqualTheirClosedForms) {
  constexpr int64_t kRows = 500, kSteps = 3;
  constexpr double kRate = 0.4, kMean = 3.0, kVar = 0.5;
  const std::array<double, kSteps> controls{0.5, -1.0, 2.0};
  LinearGaussian model(kRate);
  math::TensorGenerator rng(1);
  const Tensor actions =
      at::tensor({controls[0], controls[1], controls[2]}, at::kDouble).view({1, kSteps, 1}).expand({kRows, -1, -1});
  const auto futures =
      sample_futures(model, gaussian_belief(kRows, kMean, kVar), actions, {.draws = 40, .samples = 20}, rng);
  ASSERT_EQ(futures.size(), controls.size());

  // The mask is 0 with probability kRate and 1 / (1 - kRate) otherwise; given it, everything is linear and Gaussian.
  const std::array<double, 2> factors{0.0, LinearGaussian::kFactor / (1 - kRate)}, weights{kRate, 1 - kRate};
  std::array<double, 2> mean{kMean, kMean}, var{kVar, kVar};
  for (size_t h = 0; h < controls.size(); ++h) {
    for (size_t c = 0; c < 2; ++c) {
      mean[c] = factors[c] * mean[c] + controls[h];
      var[c] = factors[c] * factors[c] * var[c] + model.process_var;
    }
    const double apart = mean[1] - mean[0];
    const math::VarianceParts parts = math::total_variance(futures[h]);
    ASSERT_EQ(parts.mean.sizes(), (at::IntArrayRef{kRows, 1}));
    // Of 40 draws the between-mask variance is far above 0, so the cut at 0 never acts, and no bias is left.
    ASSERT_GT(parts.epistemic.min().item<double>(), 0.0);
    expect_mean(parts.aleatoric, weights[0] * var[0] + weights[1] * var[1]);
    expect_mean(parts.epistemic, weights[0] * weights[1] * apart * apart);
    expect_mean(parts.mean.abs(), std::abs(weights[0] * mean[0] + weights[1] * mean[1]));
  }
}

TEST(Uncertainty, EveryRowFollowsItsOwnActions) {
  LinearGaussian model(/*rate=*/0.0, /*process_var=*/0.0);
  math::TensorGenerator rng(2);
  const Tensor actions = rng.normal({3, 2, 1}, at::kDouble);
  const Belief belief{at::tensor({1.0, 2.0, 3.0}, at::kDouble).view({3, 1}), at::zeros({3, 1}, at::kDouble), {}, {}};
  const auto futures = sample_futures(model, belief, actions, {.draws = 2, .samples = 3}, rng);
  Tensor state = belief.mean;
  for (size_t h = 0; h < 2; ++h) {
    state = state * LinearGaussian::kFactor + actions.select(1, static_cast<int64_t>(h));
    EXPECT_EQ(futures[h].sizes(), (at::IntArrayRef{3, 1, 6, 1}));
    EXPECT_TRUE(at::allclose(futures[h], state.view({3, 1, 1, 1}).expand({3, 1, 6, 1}), 0, 1e-14));
  }
}

const std::vector<env::SensorSpec> kSensors{{"image", env::SensorKind::kImage, {3, 16, 16}},
                                            {"state", env::SensorKind::kVector, {2}}};

std::shared_ptr<WorldModel> world_model(const ModelConfig& model, std::vector<env::SensorSpec> sensors = kSensors) {
  math::TensorGenerator rng(1);
  const WorldModelConfig config{
      .model = model,
      .networks = {.image_depth = 1, .vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1}};
  return std::make_shared<WorldModel>(std::move(sensors), 2, config, rng);
}

TEST(Uncertainty, WithoutDropoutTheEpistemicPartIsZeroAndWithItIsNot) {
  for (const ModelConfig& config : small_models()) {
    const bool has_dropout = std::visit([](const auto& c) { return c.dropout > 0.0; }, config);
    for (const ModelConfig& variant : {config, with_sequence_masks(config)}) {
      SCOPED_TRACE(kind_of(config));
      const auto model = world_model(variant);
      math::TensorGenerator rng(3);
      const Belief belief = model->dynamics().initial(4, {rng, false});
      const Forecast found = forecast(*model, belief, rng.normal({4, 5, 2}), {.draws = 6, .samples = 5}, rng);
      ASSERT_EQ(found.sensors.size(), 2u);
      EXPECT_EQ(found.sensors[0].mean.sizes(), (at::IntArrayRef{4, 5, 3, 16, 16}));
      EXPECT_EQ(found.sensors[1].epistemic.sizes(), (at::IntArrayRef{4, 5, 2}));
      EXPECT_EQ(found.reward.aleatoric.sizes(), (at::IntArrayRef{4, 5}));
      for (const math::VarianceParts& parts : {found.sensors[0], found.sensors[1], found.reward}) {
        EXPECT_GT(parts.aleatoric.mean().item<float>(), 0.0f);
        EXPECT_EQ(parts.epistemic.max().item<float>() > 0.0f, has_dropout);
        EXPECT_GE(parts.epistemic.min().item<float>(), 0.0f);
        EXPECT_FALSE(parts.mean.requires_grad());
      }
    }
  }
}

TEST(Uncertainty, TheSumOfBothPartsIsTheVarianceOfDirectSimulation) {
  // Rows alike, so that the spread over them tells the error of their mean. Dropout strong, weights large.
  constexpr int64_t kRows = 60, kSteps = 3;
  const at::NoGradGuard no_grad;
  for (const ModelConfig& config :
       {ModelConfig(VrknConfig{.latent_dim = 4, .hidden_dim = 8, .dropout = 0.5}), small_models()[3]}) {
    SCOPED_TRACE(kind_of(config));
    const auto model = world_model(with_sequence_masks(config), {kSensors[1]});
    for (Tensor& weight : model->dynamics().parameters()) weight.mul_(1.5);
    math::TensorGenerator rng(4);
    StateSpaceModel& dynamics = model->dynamics();
    Belief belief = repeat_rows(dynamics.initial(1, {rng, false}), kRows);
    belief.mean = at::full_like(belief.mean, 0.7);
    const Tensor actions = rng.normal({1, kSteps, 2}).expand({kRows, -1, -1});
    const Forecast found = forecast(*model, belief, actions, {.draws = 60, .samples = 8}, rng);

    // The other route: every future has weights of its own, which the model itself carries along.
    constexpr int64_t kFutures = 500;
    Belief future = repeat_rows(new_chain(belief), kFutures);
    future.sample = math::sample(future.moments(), rng.normal_like(future.mean));
    for (int64_t h = 0; h < kSteps; ++h) {
      future = dynamics.predict(future, actions.select(1, h).repeat_interleave(kFutures, 0), {rng, true});
      const Tensor reward = model->predict_reward(dynamics.features(future)).view({kRows, kFutures});
      const Tensor sensor = model->codec(0).decode(dynamics.features(future)).view({kRows, kFutures, -1});
      const auto compare = [](const Tensor& parts, const Tensor& direct) {
        const double difference = (parts - direct).mean().item<double>();
        EXPECT_LT(std::abs(difference), 6 * (parts - direct).std().item<double>() / std::sqrt(kRows));
        EXPECT_LT((parts - direct).std().item<double>() / std::sqrt(kRows), 0.15 * direct.mean().item<double>());
      };
      const auto total = [h](const math::VarianceParts& parts) {
        return (parts.aleatoric + parts.epistemic).select(1, h);
      };
      compare(total(found.reward), reward.var(1));
      compare(total(found.sensors[0]).select(1, 0), sensor.var(1).select(1, 0));
    }
  }
}

TEST(Uncertainty, RawUnitsAndThePredictiveGaussian) {
  const auto model = world_model(VrknConfig{.latent_dim = 4, .hidden_dim = 8}, {kSensors[1]});
  model->set_statistics({{at::tensor({1.0f, 2.0f}), at::tensor({3.0f, 0.5f})}});
  const math::VarianceParts parts{at::ones({1, 2}), at::full({1, 2}, 4.0f), at::full({1, 2}, 0.5f)};
  const math::VarianceParts raw = in_raw_units(model->codec(0), parts);
  EXPECT_TRUE(at::allclose(raw.mean, at::tensor({4.0f, 2.5f}).view({1, 2})));
  EXPECT_TRUE(at::allclose(raw.aleatoric, at::tensor({36.0f, 1.0f}).view({1, 2})));
  EXPECT_TRUE(at::allclose(raw.epistemic, at::tensor({4.5f, 0.125f}).view({1, 2})));
  EXPECT_TRUE(at::equal(predictive(parts, /*likelihood_var=*/at::scalar_tensor(0.5)).var, at::full({1, 2}, 5.0f)));
}

TEST(Uncertainty, RewardsAloneArePredictedWhereNothingElseIsLearned) {
  math::TensorGenerator rng(5);
  WorldModel model(
      {kSensors[1]}, 2,
      {.model = VrknConfig{.latent_dim = 4, .hidden_dim = 8}, .networks = {}, .objective = {.sensor_weight = 0.0}},
      rng);
  const Belief belief = model.dynamics().initial(2, {rng, false});
  EXPECT_TRUE(forecast(model, belief, at::zeros({2, 3, 2}), {}, rng).sensors.empty());
  EXPECT_THROW(forecast(model, belief, at::zeros({2, 3, 2}), {.draws = 1}, rng), ShapeError);
  EXPECT_THROW(forecast(model, belief, at::zeros({3, 3, 2}), {}, rng), ShapeError);
}

}  // namespace
}  // namespace vrkn::model
