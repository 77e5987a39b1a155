#include "vrkn/agent/disagreement.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/saved.h"
#include "vrkn/core/error.h"

namespace vrkn::agent::disagreement_test {
namespace {

using at::Tensor;

constexpr int64_t kF = 2, kA = 1;
const EnsembleConfig kEnsemble{.members = 5, .hidden = 16, .layers = 1, .learning_rate = 3e-3};

/// What Disagreement asks of a model: the sample is all there is to see.
struct PlainFeatures final : model::StateSpaceModel {
  model::Belief initial(int64_t, model::Sampling) override { return {}; }
  model::Belief predict(const model::Belief& belief, const Tensor&, model::Sampling) override { return belief; }
  model::Belief update(const model::Belief& prior, const model::SensorEmbeddings&, model::Sampling) override {
    return prior;
  }
  model::Inference infer(const model::SensorEmbeddings&, const Tensor&, model::Sampling) override { return {}; }
  Tensor features(const model::Belief& belief) const override { return belief.sample; }
};

/// The world: the first feature is turned by the action, the second is noise that nobody can predict.
struct Sequences {
  model::Inference inference;
  Tensor actions;
};

/// Pairs of states [B, 2], the first ones from `low` to `high`. `scale` of the features.
Sequences pairs(math::TensorGenerator& rng, double low, double high, double scale = 1.0) {
  const Tensor x = rng.uniform({64, 1}) * (high - low) + low, action = rng.uniform({64, 2, 1}) * 2 - 1;
  const Tensor turned = at::sin(3 * x) * action.select(1, 1), noise = rng.normal({64, 2, 1});
  const Tensor states = scale * at::cat({at::stack({x, turned}, 1), noise}, -1);  // [64, 2, 2]
  Sequences found{.inference = {}, .actions = action};
  found.inference.posterior = {.mean = states, .var = at::ones_like(states), .sample = states, .memory = {}};
  return found;
}

Disagreement made(uint64_t seed = 1) {
  math::TensorGenerator rng(seed);
  return {kEnsemble, kF, kA, rng, c10::kCPU};
}

UpdateReport train(Disagreement& ensemble, uint64_t begin, uint64_t end, double scale = 1.0) {
  const PlainFeatures dynamics;
  ReportBuilder report;
  for (uint64_t i = begin; i < end; ++i) {
    math::TensorGenerator rng(i);
    const Sequences batch = pairs(rng, -1.0, 0.0, scale);
    report = {};
    ensemble.learn(dynamics, batch.inference, batch.actions, report);
  }
  return report.build();
}

double mean_disagreement(Disagreement& ensemble, double low, double high) {
  const at::NoGradGuard no_grad;
  math::TensorGenerator rng(99);
  const Sequences batch = pairs(rng, low, high);
  const Tensor found = ensemble.of(batch.inference.posterior.sample.select(1, 0), batch.actions.select(1, 1));
  EXPECT_EQ(found.sizes(), (at::IntArrayRef{64}));
  return found.mean().item<double>();
}

TEST(Disagreement, IsTheSpreadOfThePerceptronsThatItSaves) {
  Disagreement ensemble = made();
  torch::serialize::InputArchive in = saved(ensemble), weights;
  in.read("weights", weights);
  const auto read = [&](const char* name) {
    Tensor tensor;
    weights.read(name, tensor);
    return tensor.chunk(5);
  };
  const auto hidden = read("members/hidden0/weight"), hidden_bias = read("members/hidden0/bias"),
             output = read("members/output/weight"), output_bias = read("members/output/bias");
  math::TensorGenerator rng(2);
  const Tensor features = rng.normal({3, 4, kF}), actions = rng.normal({3, 4, kA});
  const Tensor x = at::cat({features, actions}, -1);
  std::vector<Tensor> predictions;
  for (size_t k = 0; k < 5; ++k) {
    const Tensor units = at::elu(x.matmul(hidden[k].t()) + hidden_bias[k]);
    predictions.push_back(units.matmul(output[k].t()) + output_bias[k]);
  }
  const Tensor all = at::stack(predictions), centred = all - all.mean(0);
  const Tensor expected = (centred.square().sum(0) / 4).mean(-1).sqrt();
  EXPECT_TRUE(at::allclose(ensemble.of(features, actions), expected, 1e-4, 1e-5));
}

TEST(Disagreement, IsSmallWhereThereWasDataThoughItWasNoisyAndLargeWhereThereWasNone) {
  Disagreement ensemble = made();
  const double before = mean_disagreement(ensemble, -1.0, 0.0);
  const UpdateReport report = train(ensemble, 0, 3000);
  const double here = mean_disagreement(ensemble, -1.0, 0.0), elsewhere = mean_disagreement(ensemble, 1.5, 3.0);
  EXPECT_LT(here, 0.5 * before);
  EXPECT_LT(here, 0.15);
  EXPECT_GT(elsewhere, 5 * here);
  EXPECT_EQ(report.names,
            (std::vector<std::string>{"ensemble/error", "ensemble/disagreement", "ensemble/gradient_norm"}));
  // Half of what comes is noise, of variance 1 in these units.
  EXPECT_NEAR(report.values[0].item<double>(), 0.5, 0.2);
}

TEST(Disagreement, HasTheUnitsOfTheFeaturesOwnScatter) {
  Disagreement small = made(), large = made();
  const double at_one = train(small, 0, 200).values[0].item<double>(),
               at_hundred = train(large, 0, 200, 100.0).values[0].item<double>();
  EXPECT_LT(at_one, 1.5);
  EXPECT_LT(at_hundred, 1.5);
}

TEST(Disagreement, SavedAndLoadedItGoesOnEqually) {
  Disagreement ensemble = made(1), resumed = made(2);
  train(ensemble, 0, 5);
  torch::serialize::InputArchive in = saved(ensemble);
  resumed.load(in);
  EXPECT_TRUE(at::equal(train(ensemble, 5, 8).values, train(resumed, 5, 8).values));
  torch::serialize::InputArchive part;
  in.read("optimiser", part);
  EXPECT_THROW(resumed.load(part), DataError);
}

TEST(Disagreement, PassesItsGradientOn) {
  Disagreement ensemble = made();
  math::TensorGenerator rng(3);
  Tensor features = rng.normal({4, kF}).set_requires_grad(true), actions = rng.normal({4, kA}).set_requires_grad(true);
  ensemble.of(features, actions).sum().backward();
  const Tensor direction = rng.normal({4, kA});
  const at::NoGradGuard no_grad;
  const double step = 1e-2, analytic = (actions.grad() * direction).sum().item<double>();
  const auto sum_at = [&](double distance) {
    return ensemble.of(features, actions + distance * direction).to(at::kDouble).sum().item<double>();
  };
  EXPECT_NEAR((sum_at(step) - sum_at(-step)) / (2 * step), analytic, 1e-3);
  EXPECT_GT(features.grad().abs().max().item<double>(), 0.0);
}

}  // namespace
}  // namespace vrkn::agent::disagreement_test
