// What the two parts of a prediction's variance do as a model learns a world without noise, and where it leaves the
// world that it knows.
#include <cmath>
#include <cstdio>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/model/uncertainty.h"
#include "vrkn/nn/adam.h"

namespace vrkn {
namespace {

using at::Tensor;

constexpr int64_t kSteps = 20, kAhead = 5;

/// A damped rotation of the plane, pushed by the action, without any noise: B sequences that begin within
/// [-scale, scale] and are pushed as hard. Its reward is the first coordinate.
data::Batch sequences(int64_t batch, double scale, math::TensorGenerator& rng) {
  const double c = 0.98 * std::cos(0.3), s = 0.98 * std::sin(0.3);
  const Tensor rotation = at::tensor({c, s, -s, c}, at::kFloat).view({2, 2});
  const Tensor actions = (rng.uniform({batch, kSteps, 1}) * 2 - 1) * scale;
  Tensor state = (rng.uniform({batch, 2}) * 2 - 1) * scale;
  std::vector<Tensor> states;
  for (int64_t t = 0; t < kSteps; ++t) {
    if (t > 0) state = at::matmul(state, rotation) + 0.2 * actions.select(1, t);
    states.push_back(state);
  }
  const Tensor values = at::stack(states, 1);
  return {{{.values = values, .valid = at::ones({batch, kSteps}, at::kBool)}}, actions, values.narrow(2, 0, 1)};
}

std::shared_ptr<model::WorldModel> untrained(const model::ModelConfig& model) {
  math::TensorGenerator rng(1);
  const model::WorldModelConfig config{.model = model,
                                       .networks = {.vector_hidden = 32, .vector_layers = 1, .reward_hidden = 32},
                                       .objective = {.sensor_weight = 100.0, .free_nats = 0.1}};
  return std::make_shared<model::WorldModel>(std::vector<env::SensorSpec>{{"state", env::SensorKind::kVector, {2}}}, 1,
                                             config, rng);
}

void learn(model::WorldModel& model, int64_t updates) {
  nn::Adam adam(model.parameters(), {.learning_rate = 2e-3});
  for (int64_t update = 0; update < updates; ++update) {
    math::TensorGenerator rng(static_cast<uint64_t>(1000 + update));
    adam.zero_gradients();
    model.compute_loss(sequences(16, 1.0, rng), {rng, true}).loss.backward();
    adam.step();
  }
}

struct Parts {
  double aleatoric, epistemic, squared_error;
};

/// Of the state, kAhead steps ahead, after a context that leaves the model no doubt of where it is.
Parts parts(model::WorldModel& model, double scale) {
  const at::NoGradGuard no_grad;
  math::TensorGenerator rng(7);
  const data::Batch batch = sequences(64, scale, rng);
  const int64_t context = kSteps - kAhead;
  const model::SensorEmbeddings embeddings = model.encode(batch.observations, rng);
  const auto step = [](const std::vector<Tensor>& of, int64_t t) { return std::vector<Tensor>{of[0].select(1, t)}; };
  model::StateSpaceModel& dynamics = model.dynamics();
  model::Belief belief = dynamics.initial(64, {rng, false});
  for (int64_t t = 0; t < context; ++t) {
    if (t > 0) belief = dynamics.predict(belief, batch.actions.select(1, t), {rng, false});
    belief = dynamics.update(belief, {step(embeddings.values, t), step(embeddings.valid, t)}, {rng, false});
  }
  const model::ForecastSelection last_step{.steps = std::vector<int64_t>{kAhead}, .reward = false};
  const model::Predicted<model::Units::kRaw> state =
      model::in_raw_units(model, model::forecast(model, belief, batch.actions.narrow(1, context, kAhead),
                                                 {.draws = 20, .samples = 10}, rng, last_step))
          .sensors.at(0);
  const auto last = [](const Tensor& values) { return values.select(1, -1).mean().item<double>(); };
  const Tensor error = state.mean - batch.observations[0].values.narrow(1, kSteps - 1, 1);
  return {last(state.aleatoric), last(state.epistemic), last(error.square())};
}

TEST(UncertaintyLimits, KnowledgeShrinksTheAleatoricPartAndStrangenessGrowsTheEpistemicOne) {
  const auto model = untrained(model::VrknConfig{.latent_dim = 8, .hidden_dim = 32});
  learn(*model, 100);
  const Parts early = parts(*model, 1.0);
  learn(*model, 1200);
  const Parts late = parts(*model, 1.0), far = parts(*model, 4.0);
  for (const auto& [name, found] :
       {std::pair{"100 updates", early}, std::pair{"1300 updates", late}, std::pair{"four times beyond", far}}) {
    std::printf("%-18s aleatoric %.5f  epistemic %.5f  squared error %.5f\n", name, found.aleatoric, found.epistemic,
                found.squared_error);
  }
  EXPECT_LT(late.aleatoric, 0.3 * early.aleatoric);
  EXPECT_LT(late.aleatoric, 0.02);
  EXPECT_GT(far.epistemic, 4.0 * late.epistemic);
  EXPECT_GT(late.epistemic, 0.0);
}

TEST(UncertaintyLimits, WithoutDropoutThereIsNoEpistemicPartNearOrFar) {
  const auto model = untrained(model::VrknNoMcdConfig());
  EXPECT_EQ(parts(*model, 1.0).epistemic, 0.0);
  EXPECT_EQ(parts(*model, 4.0).epistemic, 0.0);
}

}  // namespace
}  // namespace vrkn
