#include "vrkn/model/vrkn/vrkn.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/embedded_sequence.h"
#include "tests/support/gradient_check.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::model::vrkn_test {
namespace {

using at::Tensor;

constexpr int64_t kB = 2, kT = 5, kZ = 4, kA = 2;

std::shared_ptr<Vrkn> small_vrkn(double dropout = 0.1) {
  auto model =
      std::make_shared<Vrkn>(VrknConfig{.latent_dim = kZ, .hidden_dim = 6, .nonlinearity = "elu", .dropout = dropout},
                             std::vector<int64_t>{3, 5}, kA);
  math::TensorGenerator rng(1);
  nn::initialise(*model, rng);
  model->to(at::kDouble);
  return model;
}

TEST(Vrkn, FilteringAWholeSequenceEqualsFilteringStepByStep) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  const EmbeddedSequence sequence = random_sequence(2);
  const Inference whole = infer(*model, sequence);
  math::TensorGenerator rng(3);
  const Sampling map{rng, false};
  Belief belief = model->initial(kB, map);
  for (int64_t t = 0; t < kT; ++t) {
    if (t > 0) belief = model->predict(belief, sequence.actions.select(1, t), map);
    belief = model->update(belief, sequence.embeddings_at(t), map);
    EXPECT_TRUE(at::allclose(belief.mean, whole.posterior.mean.select(1, t), 0, 1e-12));
    EXPECT_TRUE(at::allclose(belief.var, whole.posterior.var.select(1, t), 0, 1e-12));
  }
  // The last belief knows no future: smoothing leaves it alone.
  EXPECT_TRUE(at::allclose(whole.belief.mean.select(1, kT - 1), belief.mean, 0, 1e-12));
}

TEST(Vrkn, AnInvalidSensorIsNoSensorWhateverItSays) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  EmbeddedSequence sequence = random_sequence(4);
  sequence.embeddings.valid[1].zero_();
  const Inference quiet = infer(*model, sequence);
  sequence.embeddings.values[1].mul_(100.0);
  const Inference loud = infer(*model, sequence);
  EXPECT_TRUE(at::equal(quiet.belief.mean, loud.belief.mean));
  EXPECT_TRUE(at::equal(quiet.inferred.var, loud.inferred.var));
}

TEST(Vrkn, WithoutObservationsTheInferredDynamicsAreThePredicted) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  EmbeddedSequence sequence = random_sequence(5);
  for (Tensor& valid : sequence.embeddings.valid) valid.zero_();
  const Inference inference = infer(*model, sequence);
  EXPECT_LT(math::kl_divergence(inference.inferred, inference.predicted).abs().max().item<double>(), 1e-12);
}

TEST(Vrkn, WithoutObservationsThePosteriorIsThePriorExactly) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  EmbeddedSequence sequence = random_sequence(5);
  for (Tensor& valid : sequence.embeddings.valid) valid.zero_();
  const Inference whole = infer(*model, sequence);
  math::TensorGenerator rng(3);
  Belief belief = model->initial(kB, {rng, false});
  for (int64_t t = 0; t < kT; ++t) {
    if (t > 0) belief = model->predict(belief, sequence.actions.select(1, t), {rng, false});
    EXPECT_TRUE(at::equal(belief.mean, whole.posterior.mean.select(1, t)));
    EXPECT_TRUE(at::equal(belief.var, whole.posterior.var.select(1, t)));
  }
}

TEST(Vrkn, TheOrderOfTheSensorsDoesNotMatter) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  Vrkn swapped(model->config, {5, 3}, kA);
  swapped.to(at::kDouble);
  auto weights = model->named_parameters();
  for (auto& parameter : swapped.named_parameters()) {
    std::string name = parameter.key();
    if (const size_t head = name.find("_head"); head != std::string::npos) {
      name[head + 5] = name[head + 5] == '0' ? '1' : '0';
    }
    parameter.value().copy_(weights[name]);
  }
  const EmbeddedSequence sequence = random_sequence(13);
  EmbeddedSequence other = sequence;
  std::swap(other.embeddings.values[0], other.embeddings.values[1]);
  std::swap(other.embeddings.valid[0], other.embeddings.valid[1]);
  const Inference left = infer(*model, sequence), right = infer(swapped, other);
  EXPECT_TRUE(at::allclose(left.belief.mean, right.belief.mean, 0, 1e-13));
  EXPECT_TRUE(at::allclose(left.belief.var, right.belief.var, 0, 1e-13));
  EXPECT_TRUE(at::allclose(left.inferred.mean, right.inferred.mean, 0, 1e-13));
}

TEST(Vrkn, OneDrawOfTheWeightsLastsForATrajectory) {
  const at::NoGradGuard no_grad;
  for (const char* masks : {"step", "sequence"}) {
    VrknConfig config{.latent_dim = kZ, .hidden_dim = 30, .dropout = 0.5, .dropout_masks = masks};
    Vrkn model(config, {3}, kA);
    math::TensorGenerator weights(1), rng(2);
    nn::initialise(model, weights);
    const Sampling sampling{rng, true};
    const at::Tensor action = at::ones({kB, kA});
    const Belief first = model.predict(model.initial(kB, sampling), action, sampling);
    const Belief again = model.predict(first, action, sampling), and_again = model.predict(first, action, sampling);
    EXPECT_EQ(at::equal(again.mean, and_again.mean), std::string_view(masks) == "sequence");
    EXPECT_FALSE(at::equal(again.mean, model.predict(new_chain(first), action, sampling).mean));
  }
}

TEST(Vrkn, TheFutureChangesTheSmoothedBeliefButNotThePosterior) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  EmbeddedSequence sequence = random_sequence(6);
  sequence.embeddings.valid[0].fill_(1.0);
  const Inference before = infer(*model, sequence);
  sequence.embeddings.values[0].select(1, kT - 1).add_(1.0);
  const Inference after = infer(*model, sequence);
  EXPECT_TRUE(at::equal(before.posterior.mean.narrow(1, 0, kT - 1), after.posterior.mean.narrow(1, 0, kT - 1)));
  EXPECT_GT((before.belief.mean.select(1, 0) - after.belief.mean.select(1, 0)).abs().min().item<double>(), 0.0);
}

TEST(Vrkn, RowsOfTheBatchAreIndependent) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  EmbeddedSequence sequence = random_sequence(8);
  const Tensor before = infer(*model, sequence).belief.mean.select(0, 0).clone();
  sequence.embeddings.values[0].select(0, 1).add_(3.0);
  sequence.actions.select(0, 1).add_(3.0);
  EXPECT_TRUE(at::equal(before, infer(*model, sequence).belief.mean.select(0, 0)));
}

TEST(Vrkn, TheFirstBeliefHasVarianceOneAndMeanZero) {
  const auto model = small_vrkn();
  math::TensorGenerator rng(1);
  const Belief initial = model->initial(3, {rng, false});
  EXPECT_TRUE(at::allclose(initial.var, at::ones_like(initial.var), 0, 1e-6));
  EXPECT_EQ(initial.mean.abs().max().item<double>(), 0.0);
}

TEST(Vrkn, DropoutDrawsTheWeightsAnewAndIsAFunctionOfTheStream) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn(0.5);
  const EmbeddedSequence sequence = random_sequence(9);
  const Inference a = infer(*model, sequence, true, 1), b = infer(*model, sequence, true, 1),
                  c = infer(*model, sequence, true, 2), map = infer(*model, sequence, false, 1);
  EXPECT_TRUE(at::equal(a.posterior.mean, b.posterior.mean));
  EXPECT_FALSE(at::allclose(a.posterior.mean, c.posterior.mean));
  EXPECT_FALSE(at::allclose(a.posterior.mean, map.posterior.mean));
  const auto certain = small_vrkn(0.0);
  EXPECT_TRUE(
      at::equal(infer(*certain, sequence, true, 1).posterior.mean, infer(*certain, sequence, true, 2).posterior.mean));
}

TEST(Vrkn, ImaginedSamplesScatterAsThePriorSays) {
  const at::NoGradGuard no_grad;
  const auto model = small_vrkn();
  const int64_t count = 40000;
  math::TensorGenerator rng(10);
  const Sampling map{rng, false};
  Belief belief = model->initial(count, map);
  belief = model->predict(belief, at::ones({count, kA}, at::kDouble), map);
  const Tensor spread = belief.var.select(0, 0).sqrt();
  const Tensor error = (belief.sample.mean(0) - belief.mean.select(0, 0)) / spread;
  EXPECT_LT(error.abs().max().item<double>(), 6.0 / std::sqrt(static_cast<double>(count)));
  const Tensor ratio = belief.sample.var(0) / belief.var.select(0, 0);
  EXPECT_LT((ratio - 1).abs().max().item<double>(), 6.0 * std::sqrt(2.0 / count));
}

TEST(Vrkn, GradientsOfTheBoundEqualFiniteDifferences) {
  const auto model = small_vrkn(0.3);
  const EmbeddedSequence sequence = random_sequence(11);
  const auto bound = [&] {
    const Inference inference = infer(*model, sequence, true);
    return math::kl_divergence(inference.inferred, inference.predicted).sum() + inference.belief.sample.pow(2).sum();
  };
  // With respect to the embeddings and the actions ...
  const auto of_inputs = [&](const std::vector<Tensor>& in) {
    const Inference inference = infer(*model, {{{in[0], in[1]}, sequence.embeddings.valid}, in[2]}, true);
    return math::kl_divergence(inference.inferred, inference.predicted).sum() + inference.belief.sample.pow(2).sum();
  };
  EXPECT_LT(gradient_error(of_inputs, {sequence.embeddings.values[0], sequence.embeddings.values[1], sequence.actions}),
            1e-6);
  // ... and to every weight, along one random direction each.
  math::TensorGenerator rng(12);
  for (auto& parameter : model->named_parameters()) {
    Tensor weight = parameter.value();
    const Tensor direction = rng.normal_like(weight);
    model->zero_grad();
    bound().backward();
    ASSERT_TRUE(weight.grad().defined()) << parameter.key();
    const double analytic = (weight.grad() * direction).sum().item<double>();
    const at::NoGradGuard no_grad;
    const double step = 1e-5;
    weight.add_(direction, step);
    const double above = bound().item<double>();
    weight.sub_(direction, 2 * step);
    const double below = bound().item<double>();
    weight.add_(direction, step);
    EXPECT_NEAR((above - below) / (2 * step), analytic, 1e-5 * std::max(1.0, std::abs(analytic))) << parameter.key();
  }
}

}  // namespace
}  // namespace vrkn::model::vrkn_test
