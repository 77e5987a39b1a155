#include "vrkn/model/rssm/rssm.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/embedded_sequence.h"
#include "tests/support/gradient_check.h"
#include "tests/support/small_models.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::model::rssm_test {
namespace {

using at::Tensor;

constexpr int64_t kB = 2, kT = 5, kA = 2;

/// Every kind of the family.
std::vector<RssmConfig> small_configs() {
  std::vector<RssmConfig> configs;
  for (const ModelConfig& model : small_models()) {
    std::visit(
        [&](const auto& config) {
          if constexpr (std::is_convertible_v<decltype(config), const RssmConfig&>) configs.push_back(config);
        },
        model);
  }
  return configs;
}

std::string describe(const RssmConfig& config) {
  return "D " + std::to_string(config.deterministic_dim) + ", dropout " + std::to_string(config.dropout) +
         ", smoother " + std::to_string(config.smoother_dim);
}

std::shared_ptr<Rssm> small_rssm(const RssmConfig& config) {
  auto model = std::make_shared<Rssm>(config, std::vector<int64_t>{3, 5}, kA);
  math::TensorGenerator rng(1);
  nn::initialise(*model, rng);
  model->to(at::kDouble);
  return model;
}

bool close(const Tensor& left, const Tensor& right) {
  return at::allclose(left, right, 0, 1e-12);
}

TEST(Rssm, AWholeSequenceEqualsItsSteps) {
  const at::NoGradGuard no_grad;
  const EmbeddedSequence sequence = random_sequence(2);
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    const Inference whole = infer(*model, sequence);
    const auto step_of = [](const Tensor& tensor, int64_t t) {
      return tensor.defined() ? tensor.select(1, t) : tensor;
    };
    math::TensorGenerator rng(3);
    const Sampling map{rng, false};
    for (int64_t t = 0; t < kT; ++t) {
      // From the sample that the sequence went through.
      Belief prior = model->initial(kB, map);
      if (t > 0) {
        const Belief before{step_of(whole.belief.mean, t - 1), step_of(whole.belief.var, t - 1),
                            step_of(whole.belief.sample, t - 1), step_of(whole.belief.memory, t - 1)};
        prior = model->predict(before, sequence.actions.select(1, t), map);
      }
      EXPECT_TRUE(close(prior.mean, step_of(whole.predicted.mean, t))) << describe(config);
      EXPECT_TRUE(close(prior.var, step_of(whole.predicted.var, t))) << describe(config);
      if (config.deterministic_dim > 0) {
        EXPECT_TRUE(close(prior.memory, step_of(whole.belief.memory, t)));
      }
      // A smoothing model that acts knows no future: it agrees at the last step only.
      if (config.smoother_dim > 0 && t + 1 < kT) continue;
      const Belief posterior = model->update(prior, sequence.embeddings_at(t), map);
      EXPECT_TRUE(close(posterior.mean, step_of(whole.inferred.mean, t))) << describe(config);
      EXPECT_TRUE(close(posterior.var, step_of(whole.inferred.var, t))) << describe(config);
    }
  }
}

TEST(Rssm, FeaturesAreTheSampleAndTheMemory) {
  const at::NoGradGuard no_grad;
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    const Belief belief = infer(*model, random_sequence(3)).belief;
    const Tensor features = model->features(belief);
    EXPECT_EQ(features.size(-1), config.feature_size());
    EXPECT_TRUE(at::equal(features.narrow(-1, 0, config.stochastic_dim), belief.sample));
    EXPECT_EQ(belief.memory.defined(), config.deterministic_dim > 0);
  }
}

TEST(Rssm, ASilentSensorIsNotHeardAndItsSilenceIsKnown) {
  const at::NoGradGuard no_grad;
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    EmbeddedSequence sequence = random_sequence(4);
    sequence.embeddings.valid[1].zero_();
    const Tensor quiet = infer(*model, sequence).belief.mean;
    sequence.embeddings.values[1].mul_(100.0);
    EXPECT_TRUE(at::equal(quiet, infer(*model, sequence).belief.mean));
    // An embedding of zeros is not the same as silence: the flag tells.
    sequence.embeddings.values[1].zero_();
    sequence.embeddings.valid[1].fill_(1.0);
    EXPECT_FALSE(at::allclose(quiet, infer(*model, sequence).belief.mean));
  }
}

TEST(Rssm, TheFutureIsKnownToSmoothingModelsOnly) {
  const at::NoGradGuard no_grad;
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    EmbeddedSequence sequence = random_sequence(6);
    sequence.embeddings.valid[0].fill_(1.0);
    const Tensor before = infer(*model, sequence).belief.mean.select(1, 0).clone();
    sequence.embeddings.values[0].select(1, kT - 1).add_(1.0);
    const Tensor after = infer(*model, sequence).belief.mean.select(1, 0);
    EXPECT_EQ(at::equal(before, after), config.smoother_dim == 0) << describe(config);
  }
}

TEST(Rssm, RowsOfTheBatchAreIndependentAndTheFirstActionIsNotUsed) {
  const at::NoGradGuard no_grad;
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    EmbeddedSequence sequence = random_sequence(8);
    const Tensor before = infer(*model, sequence).belief.mean.clone();
    sequence.actions.select(1, 0).add_(3.0);
    EXPECT_TRUE(at::equal(before, infer(*model, sequence).belief.mean));
    sequence.embeddings.values[0].select(0, 1).add_(3.0);
    sequence.actions.select(0, 1).add_(3.0);
    EXPECT_TRUE(close(before.select(0, 0), infer(*model, sequence).belief.mean.select(0, 0)));
  }
}

TEST(Rssm, DropoutIsAFunctionOfTheStreamAndOffForMap) {
  const at::NoGradGuard no_grad;
  const EmbeddedSequence sequence = random_sequence(9);
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    const auto prior = [&](bool dropout, uint64_t seed) {
      return infer(*model, sequence, dropout, seed).predicted.mean;
    };
    EXPECT_TRUE(at::equal(prior(true, 1), prior(true, 1)));
    EXPECT_TRUE(at::equal(prior(false, 1), prior(false, 1)));
    // The noise of the samples follows the masks in the stream, so compare where it has no part: the first prior.
    const bool same = at::allclose(prior(true, 1).select(1, 0), prior(false, 1).select(1, 0));
    EXPECT_EQ(same, config.dropout == 0.0) << describe(config);
  }
}

TEST(Rssm, OneDrawOfTheWeightsLastsForATrajectory) {
  const at::NoGradGuard no_grad;
  for (const char* masks : {"step", "sequence"}) {
    RssmMcdConfig config;
    config.hidden_dim = 30;
    config.dropout_masks = masks;
    const auto model = small_rssm(config);
    math::TensorGenerator rng(1);
    const Sampling sampling{rng, true};
    const Belief first = model->initial(kB, sampling);
    const Tensor action = at::ones({kB, kA}, at::kDouble);
    const Belief again = model->predict(first, action, sampling), and_again = model->predict(first, action, sampling);
    // The same belief and action: the same memory exactly if the weights are the same.
    EXPECT_EQ(at::equal(again.memory, and_again.memory), std::string_view(masks) == "sequence");
    EXPECT_FALSE(at::equal(again.memory, model->predict(new_chain(first), action, sampling).memory));
  }
}

TEST(Rssm, ImaginedSamplesScatterAsThePriorSays) {
  const at::NoGradGuard no_grad;
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    const int64_t count = 40000;
    math::TensorGenerator rng(10);
    const Belief belief = model->initial(count, {rng, false});
    const Tensor error = (belief.sample.mean(0) - belief.mean.select(0, 0)) / belief.var.select(0, 0).sqrt();
    EXPECT_LT(error.abs().max().item<double>(), 6.0 / std::sqrt(static_cast<double>(count)));
    const Tensor ratio = belief.sample.var(0) / belief.var.select(0, 0);
    EXPECT_LT((ratio - 1).abs().max().item<double>(), 6.0 * std::sqrt(2.0 / count));
    EXPECT_GT(belief.var.min().item<double>(), config.min_std * config.min_std);
  }
}

TEST(Rssm, GradientsOfTheBoundEqualFiniteDifferences) {
  const EmbeddedSequence sequence = random_sequence(11);
  for (const RssmConfig& config : small_configs()) {
    const auto model = small_rssm(config);
    const auto bound_of = [&](const EmbeddedSequence& input) {
      const Inference inference = infer(*model, input, true);
      return math::kl_divergence(inference.inferred, inference.predicted).sum() +
             model->features(inference.belief).pow(2).sum();
    };
    // With respect to the embeddings and the actions ...
    const auto of_inputs = [&](const std::vector<Tensor>& in) {
      return bound_of({{{in[0], in[1]}, sequence.embeddings.valid}, in[2]});
    };
    EXPECT_LT(
        gradient_error(of_inputs, {sequence.embeddings.values[0], sequence.embeddings.values[1], sequence.actions}),
        1e-6);
    // ... and to every weight, along one random direction each.
    math::TensorGenerator rng(12);
    for (auto& parameter : model->named_parameters()) {
      Tensor weight = parameter.value();
      const Tensor direction = rng.normal_like(weight);
      model->zero_grad();
      bound_of(sequence).backward();
      ASSERT_TRUE(weight.grad().defined()) << parameter.key();
      const double analytic = (weight.grad() * direction).sum().item<double>();
      const at::NoGradGuard no_grad;
      const double step = 1e-5;
      weight.add_(direction, step);
      const double above = bound_of(sequence).item<double>();
      weight.sub_(direction, 2 * step);
      const double below = bound_of(sequence).item<double>();
      weight.add_(direction, step);
      EXPECT_NEAR((above - below) / (2 * step), analytic, 1e-5 * std::max(1.0, std::abs(analytic)))
          << describe(config) << ": " << parameter.key();
    }
  }
}

}  // namespace
}  // namespace vrkn::model::rssm_test
