#include "vrkn/model/uncertainty.h"

#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/core/error.h"
#include "vrkn/model/make_model.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::model::uncertainty_test {
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
      const auto found = forecast(*model, belief, rng.normal({4, 5, 2}), {.draws = 6, .samples = 5}, rng);
      ASSERT_EQ(found.sensors.size(), 2u);
      EXPECT_EQ(found.sensors[0].mean.sizes(), (at::IntArrayRef{4, 5, 3, 16, 16}));
      EXPECT_EQ(found.sensors[1].epistemic.sizes(), (at::IntArrayRef{4, 5, 2}));
      EXPECT_EQ(found.reward.aleatoric.sizes(), (at::IntArrayRef{4, 5}));
      for (const Predicted<Units::kNetwork>& parts : {found.sensors[0], found.sensors[1], found.reward}) {
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
    const auto found = forecast(*model, belief, actions, {.draws = 60, .samples = 8}, rng);

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
      const auto total = [h](const Predicted<Units::kNetwork>& parts) {
        return (parts.aleatoric + parts.epistemic).select(1, h);
      };
      compare(total(found.reward), reward.var(1));
      compare(total(found.sensors[0]).select(1, 0), sensor.var(1).select(1, 0));
    }
  }
}

/// Whether readings and rewards of these units can be brought into raw ones: raw ones cannot once more.
template <Units kUnits>
concept CanBecomeRaw = requires(WorldModel& model, const Codec& codec, const Forecast<kUnits>& forecast) {
  in_raw_units(model, forecast);
  in_raw_units(codec, forecast.reward);
};
static_assert(CanBecomeRaw<Units::kNetwork> && !CanBecomeRaw<Units::kRaw>);

/// The nats per value by which densities of y = unit * x + constant are lower than those of x.
double log_unit(const Tensor& unit) {
  return unit.log().mean().item<double>();
}

double negative_log_likelihood(const math::DiagonalGaussian& predicted, const Tensor& truth) {
  const Tensor var = predicted.var.expand_as(truth);
  return (0.5 * ((truth - predicted.mean).square() / var + var.log() + std::log(2 * M_PI))).mean().item<double>();
}

// Every sample as a belief of its own, whose mean it is, against all of them at once; the same random numbers.
TEST(Uncertainty, AroundSamplesEachOfThemIsItsOwnPointOfLinearisation) {
  constexpr int64_t kB = 2, kM = 2, kK = 3, kR = 2, kH = 4;
  for (const ModelConfig& config : small_models()) {
    SCOPED_TRACE(kind_of(config));
    const auto model = model_factory(config).make({3}, 1);
    math::TensorGenerator rng(2);
    nn::initialise(*model, rng);
    const at::NoGradGuard no_grad;
    Belief belief = model->initial(kB, {rng, /*dropout=*/false});
    const Tensor actions = rng.uniform({kB, kH, 1});
    const auto futures = [&](bool around_samples) {
      math::TensorGenerator draws(3);
      return sample_branching_futures(*model, belief, actions, {kM, kK, around_samples}, kR, draws);
    };
    const std::vector<Tensor> found = futures(true), around_mean = futures(false);

    math::TensorGenerator draws(3);
    Belief future = repeat_rows(new_chain(belief), kM);
    future.masks = model->draw_masks(future, {draws, /*dropout=*/true});
    future = repeat_rows(future, kK);
    future.sample = math::sample(future.moments(), draws.normal_like(future.mean));
    future = repeat_rows(future, kR);
    const TransitionMasks masks = future.masks;
    for (int64_t h = 0; h < kH; ++h) {
      const Belief alone{future.sample, at::full_like(future.var, 0.5), future.sample, future.memory, masks};
      future = model->predict(alone, actions.select(1, h).repeat_interleave(kM * kK * kR, 0), {draws, true});
      EXPECT_TRUE(at::allclose(found[static_cast<size_t>(h)].flatten(0, 3), model->features(future), 1e-5, 1e-6)) << h;
    }
    const bool linearises = kind_of(config).starts_with("vrkn");
    EXPECT_EQ(at::allclose(found.back(), around_mean.back()), !linearises);
  }
}

TEST(Uncertainty, APredictiveGaussianIsTheSameLawInEveryUnit) {
  // Decoders whose weights are 0 say 0 in network units, whatever the state: what is predicted is the likelihood alone,
  // N(0, sigma^2 / w). In raw units that is N(mean, (sigma deviation)^2 / w), and of images, whose unit is 256 grey
  // levels, N(128, (256 sigma)^2 / w).
  math::TensorGenerator rng(6);
  constexpr double kSigma = 0.5, kWeight = 4.0, kVar = kSigma * kSigma / kWeight;
  WorldModel model(kSensors, 2,
                   {.model = VrknConfig{.latent_dim = 4, .hidden_dim = 8},
                    .networks = {.image_depth = 1, .vector_hidden = 8, .vector_layers = 1},
                    .objective = {.sensor_weight = kWeight,
                                  .reward_weight = 0.25,
                                  .sensor_noise = std::to_string(kSigma),
                                  .reward_noise = "2"}},
                   rng);
  const Tensor mean = at::tensor({10.0f, -2.0f}), std = at::tensor({3.0f, 0.2f});
  model.set_statistics({{}, {mean, std}});
  const at::NoGradGuard no_grad;
  for (Tensor& weight : model.parameters()) weight.zero_();
  const Belief belief = model.dynamics().initial(2, {rng, false});
  const auto network = forecast(model, belief, at::zeros({2, 3, 2}), {}, rng);
  const auto raw = in_raw_units(model, network);
  EXPECT_EQ(raw.steps, (std::vector<int64_t>{1, 2, 3}));

  const auto expect = [](const math::DiagonalGaussian& found, const Tensor& expected_mean, const Tensor& expected_var) {
    EXPECT_TRUE(at::allclose(found.mean.to(at::kFloat), expected_mean.expand_as(found.mean), 1e-6, 1e-6));
    EXPECT_TRUE(at::allclose(found.var, expected_var.expand_as(found.var), 1e-6, 0.0));
  };
  const Tensor zero = at::zeros({}), var = at::full({}, kVar);
  expect(network.sensors[0].predictive(), zero, var);
  expect(raw.sensors[0].predictive(), at::full({}, 128.0f), var * 256 * 256);
  expect(network.sensors[1].predictive(), zero, var);
  expect(raw.sensors[1].predictive(), mean, var * std.square());
  expect(network.reward.predictive(), zero, at::full({}, 16.0f));  // rewards are as they are
  expect(raw.reward.predictive(), zero, at::full({}, 16.0f));

  // Readings as likely in both, but for the unit of the density. A mean and a variance of two units would fail here.
  const Tensor readings = rng.normal({2, 3, 2}) * std + mean;
  const Tensor values = model.codec(1).normalise(readings, rng);
  EXPECT_NEAR(negative_log_likelihood(raw.sensors[1].predictive(), readings),
              negative_log_likelihood(network.sensors[1].predictive(), values) + log_unit(std), 1e-5);
}

TEST(Uncertainty, LearnedNoiseAndBothPartsTurnIntoSquaresOfTheUnit) {
  math::TensorGenerator rng(7);
  WorldModel model({kSensors[1]}, 2,
                   {.model = VrknConfig{.latent_dim = 4, .hidden_dim = 8},
                    .networks = {.vector_hidden = 8, .vector_layers = 1},
                    .objective = {.sensor_noise = "learned-per-element"}},
                   rng);
  const Tensor std = at::tensor({3.0f, 0.2f});
  model.set_statistics({{at::tensor({10.0f, -2.0f}), std}});
  const data::Batch batch{{{.values = rng.normal({2, 4, 2}), .valid = at::ones({2, 4}, at::kBool)}},
                          rng.normal({2, 4, 2}),
                          rng.normal({2, 4, 1})};
  model.learn_noise(model.compute_loss(batch, {rng, true}));
  const Belief belief = model.dynamics().initial(2, {rng, false});
  const auto network = forecast(model, belief, rng.normal({2, 3, 2}), {}, rng);
  const Predicted<Units::kNetwork>& values = network.sensors[0];
  const Predicted<Units::kRaw> readings = in_raw_units(model, network).sensors[0];
  EXPECT_NE(values.noise[0].item<float>(), values.noise[1].item<float>());
  EXPECT_TRUE(at::allclose(readings.mean, values.mean * std + at::tensor({10.0f, -2.0f})));
  EXPECT_TRUE(at::allclose(readings.aleatoric, values.aleatoric * std.square()));
  EXPECT_TRUE(at::allclose(readings.epistemic, values.epistemic * std.square()));
  EXPECT_TRUE(at::allclose(readings.noise, model.sensor_var(0) * std.square()));
  EXPECT_TRUE(at::allclose(readings.variance(), values.variance() * std.square()));
}

TEST(Uncertainty, WhatIsChosenIsComputedAloneAndKeepsItsValues) {
  for (const ModelConfig& config : small_models()) {
    SCOPED_TRACE(kind_of(config));
    const auto model = world_model(config);
    math::TensorGenerator start(8);
    const Belief belief = model->dynamics().initial(3, {start, false});
    const Tensor actions = start.normal({3, 6, 2});
    const auto found = [&](const ForecastSelection& selection) {
      math::TensorGenerator rng(9);
      return forecast(*model, belief, actions, {.draws = 3, .samples = 2}, rng, selection);
    };
    const auto all = found({});
    const auto some = found({.sensors = std::vector<size_t>{1}, .steps = std::vector<int64_t>{2, 5}, .reward = false});
    EXPECT_EQ(some.steps, (std::vector<int64_t>{2, 5}));
    ASSERT_EQ(some.sensors.size(), 2u);
    EXPECT_FALSE(some.sensors[0].defined());
    EXPECT_FALSE(some.reward.defined());
    const auto expect_columns = [&](const Tensor& chosen, const Tensor& complete) {
      EXPECT_TRUE(at::equal(chosen, complete.index_select(1, at::tensor({int64_t{1}, int64_t{4}}))));
    };
    expect_columns(some.sensors[1].mean, all.sensors[1].mean);
    expect_columns(some.sensors[1].aleatoric, all.sensors[1].aleatoric);
    expect_columns(some.sensors[1].epistemic, all.sensors[1].epistemic);
    const auto reward = found({.sensors = std::vector<size_t>{}, .steps = std::vector<int64_t>{2, 5}});
    expect_columns(reward.reward.mean, all.reward.mean);
    EXPECT_FALSE(reward.sensors[0].defined() || reward.sensors[1].defined());
    EXPECT_FALSE(in_raw_units(*model, reward).sensors[1].defined());
    EXPECT_FALSE(in_raw_units(*model, some).reward.defined());
  }
}

TEST(Uncertainty, ChoicesThatThereAreNotAreRefused) {
  const auto model = world_model(VrknConfig{.latent_dim = 4, .hidden_dim = 8});
  math::TensorGenerator rng(10);
  const Belief belief = model->dynamics().initial(1, {rng, false});
  const auto ask = [&](const ForecastSelection& selection) {
    return forecast(*model, belief, at::zeros({1, 4, 2}), {}, rng, selection);
  };
  EXPECT_THROW(ask({.sensors = std::vector<size_t>{2}}), ConfigError);
  for (const std::vector<int64_t>& steps : {std::vector<int64_t>{}, {0}, {5}, {2, 2}, {3, 1}}) {
    EXPECT_THROW(ask({.steps = steps}), ConfigError);
  }
  EXPECT_THROW(ask({.sensors = std::vector<size_t>{}, .reward = false}), ConfigError);
  EXPECT_EQ(find_sensors(kSensors, {"state", "image"}), (std::vector<size_t>{1, 0}));
  EXPECT_THROW(find_sensors(kSensors, {"touch"}), ConfigError);
  EXPECT_THROW(find_sensors(kSensors, {"state", "state"}), ConfigError);
}

TEST(Uncertainty, RewardsAloneArePredictedWhereNothingElseIsLearned) {
  math::TensorGenerator rng(5);
  WorldModel model(
      {kSensors[1]}, 2,
      {.model = VrknConfig{.latent_dim = 4, .hidden_dim = 8}, .networks = {}, .objective = {.sensor_weight = 0.0}},
      rng);
  const Belief belief = model.dynamics().initial(2, {rng, false});
  const auto found = forecast(model, belief, at::zeros({2, 3, 2}), {}, rng);
  EXPECT_FALSE(found.sensors.at(0).defined());
  EXPECT_TRUE(found.reward.defined());
  EXPECT_THROW(forecast(model, belief, at::zeros({2, 3, 2}), {}, rng, {.sensors = std::vector<size_t>{0}}),
               ConfigError);
  EXPECT_THROW(forecast(model, belief, at::zeros({2, 3, 2}), {.draws = 1}, rng), ShapeError);
  EXPECT_THROW(forecast(model, belief, at::zeros({3, 3, 2}), {}, rng), ShapeError);
}

}  // namespace
}  // namespace vrkn::model::uncertainty_test
