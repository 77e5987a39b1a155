// The whole bound of every model against a second writing of its equations: one sequence, one step and one vector at a
// time, in double, with the model's weights but none of its functions. Random numbers are drawn anew from an equal
// stream, in the order in which the model draws them.
#include <numbers>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "tests/support/slow_layers.h"
#include "tests/support/small_models.h"
#include "vrkn/model/world_model.h"

namespace vrkn::model::world_model_elbo_test {
namespace {

using at::Tensor;
using Vector = SlowVector;

constexpr int64_t kB = 3, kT = 6, kA = 2;
constexpr uint64_t kSeed = 11;
const std::vector<env::SensorSpec> kSensors{{"a", env::SensorKind::kVector, {3}}, {"b", env::SensorKind::kVector, {2}}};

// ---- One sequence in vectors ----------------------------------------------------------------------------------------

struct Gaussian {
  Vector mean, var;
};

double slow_kl(const Gaussian& q, const Gaussian& p) {
  return 0.5 * (q.var / p.var + (q.mean - p.mean).square() / p.var - 1.0 - (q.var / p.var).log()).sum();
}

/// What a model makes of one sequence: features to decode, and the KL of every step.
struct SlowPath {
  std::vector<Vector> features;
  std::vector<double> kl;
};

/// One sequence: per step embeddings and flags of all sensors, and the action that led in.
struct SlowSequence {
  std::vector<std::vector<Vector>> embeddings;
  std::vector<std::vector<double>> valid;
  std::vector<Vector> actions;
};

/// The factors of one sequence's dropout masks at every step; ones where there is no dropout.
struct SlowMasks {
  std::vector<Vector> input, gate, hidden;
};

Vector joined(const std::vector<Vector>& parts) {
  Eigen::Index size = 0;
  for (const Vector& part : parts) size += part.size();
  Vector all(size);
  Eigen::Index offset = 0;
  for (const Vector& part : parts) {
    all.segment(offset, part.size()) = part;
    offset += part.size();
  }
  return all;
}

/// The masks of all sequences in the model's order: input, gate, hidden; [T, B, ...] or, once per sequence, [B, ...].
std::vector<SlowMasks> draw_masks(double rate, bool per_sequence, int64_t hidden_dim, int64_t gate_dim,
                                  math::TensorGenerator& rng) {
  std::vector<SlowMasks> all(kB);
  const auto draw = [&](int64_t size, std::vector<Vector> SlowMasks::*member) {
    Tensor mask = at::ones({kT, kB, size}, at::kDouble);
    if (rate > 0.0 && per_sequence) mask = rng.dropout_mask({kB, size}, rate, at::kDouble).repeat({kT, 1, 1});
    if (rate > 0.0 && !per_sequence) mask = rng.dropout_mask({kT, kB, size}, rate, at::kDouble);
    for (int64_t b = 0; b < kB; ++b) {
      for (int64_t t = 0; t < kT; ++t) (all[b].*member).push_back(slow_vector(mask[t][b]));
    }
  };
  draw(hidden_dim, &SlowMasks::input);
  draw(gate_dim, &SlowMasks::gate);
  draw(hidden_dim, &SlowMasks::hidden);
  return all;
}

// ---- The RSSM -------------------------------------------------------------------------------------------------------

SlowPath slow_rssm(const SlowLayers& net, const RssmConfig& config, const SlowSequence& sequence,
                   const SlowMasks& masks, const std::vector<Vector>& noise) {
  const Eigen::Index Z = config.stochastic_dim, D = config.deterministic_dim;
  const bool path = D > 0;
  const auto gaussian = [&](const Vector& raw, Vector& std) -> Gaussian {
    std = SlowLayers::softplus(raw.tail(Z)) + config.min_std;
    return {raw.head(Z), std.square()};
  };

  // Embeddings of missing readings are zero; one flag per sensor.
  std::vector<Vector> embeddings;
  for (int64_t t = 0; t < kT; ++t) {
    std::vector<Vector> parts;
    Vector flags(static_cast<Eigen::Index>(kSensors.size()));
    for (size_t s = 0; s < kSensors.size(); ++s) {
      parts.push_back(sequence.embeddings[t][s] * sequence.valid[t][s]);
      flags(static_cast<Eigen::Index>(s)) = sequence.valid[t][s];
    }
    parts.push_back(flags);
    embeddings.push_back(joined(parts));
  }
  if (config.smoother_dim > 0) {
    Vector memory = Vector::Zero(config.smoother_dim);
    for (int64_t t = kT - 1; t >= 0; --t) {
      const Vector x = SlowLayers::elu(net.linear("dynamics.smoother.input", embeddings[t]));
      memory = net.gru("dynamics.smoother.gate", x, memory);
      embeddings[t] = SlowLayers::elu(net.linear("dynamics.smoother.output", memory));
    }
  }

  SlowPath result;
  Vector z = Vector::Zero(Z), h = Vector::Zero(D);
  for (int64_t t = 0; t < kT; ++t) {
    const Vector action = t == 0 ? Vector(Vector::Zero(kA)) : sequence.actions[t];
    const Vector first = SlowLayers::elu(net.linear("dynamics.transition.input", joined({z, action}))) * masks.input[t];
    Vector last = first;
    if (path) {
      h = net.gru("dynamics.transition.gate", first, h);
      last = SlowLayers::elu(net.linear("dynamics.transition.hidden", h * masks.gate[t])) * masks.hidden[t];
    }
    Vector prior_std, posterior_std;
    const Gaussian prior = gaussian(net.linear("dynamics.transition.output", last), prior_std);
    const Vector context = path ? h : joined({prior.mean, prior_std});
    const Vector hidden = SlowLayers::elu(net.linear("dynamics.posterior_input", joined({context, embeddings[t]})));
    const Gaussian posterior = gaussian(net.linear("dynamics.posterior_output", hidden), posterior_std);
    z = posterior.mean + posterior_std * noise[t];
    result.features.push_back(path ? joined({z, h}) : z);
    result.kl.push_back(slow_kl(posterior, prior));
  }
  return result;
}

// ---- The VRKN -------------------------------------------------------------------------------------------------------

Vector bounded(const Vector& x, double low, double high, double at_zero) {
  const double shift = std::log((at_zero - low) / (high - at_zero));
  return x.unaryExpr([=](double value) { return low + (high - low) * SlowLayers::sigmoid(value + shift); });
}

SlowPath slow_vrkn(const SlowLayers& net, const VrknConfig& config, const SlowSequence& sequence,
                   const SlowMasks& masks, const std::vector<Vector>& noise) {
  const Eigen::Index Z = config.latent_dim;
  const auto positive = [](const Vector& raw, double floor) {
    return Vector(SlowLayers::softplus(raw + std::log(std::expm1(1.0 - floor))) + floor);
  };
  std::vector<Gaussian> prior, posterior;
  std::vector<Vector> A, b, Q;  // entry t leads from t to t + 1
  for (int64_t t = 0; t < kT; ++t) {
    Gaussian belief{Vector::Zero(Z), positive(net.vector("dynamics.initial_var_raw"), 0.001)};
    if (t > 0) {
      const auto& [mean, var] = posterior.back();
      const Vector read = joined({mean, sequence.actions[t]});
      const Vector first = SlowLayers::elu(net.linear("dynamics.transition.input", read)) * masks.input[t];
      const Vector gated = net.gru("dynamics.transition.gate", first, mean) * masks.gate[t];
      const Vector last = SlowLayers::elu(net.linear("dynamics.transition.hidden", gated)) * masks.hidden[t];
      const Vector raw = net.linear("dynamics.transition.output", last);
      A.push_back(bounded(raw.head(Z), 0.1, 0.99, 0.9));
      Q.push_back(bounded(raw.segment(Z, Z), 0.001, 0.1, 0.01));
      b.push_back(raw.tail(Z));
      belief = {A.back() * mean + b.back(), A.back().square() * var + Q.back()};
    }
    prior.push_back(belief);
    for (size_t s = 0; s < kSensors.size(); ++s) {
      if (sequence.valid[t][s] == 0.0) continue;
      const std::string sensor = std::to_string(s);
      const Vector w = net.linear("dynamics.mean_head" + sensor, sequence.embeddings[t][s]);
      const Vector R = positive(net.linear("dynamics.var_head" + sensor, sequence.embeddings[t][s]), 0.01);
      const Vector gain = belief.var / (belief.var + R);
      belief = {belief.mean + gain * (w - belief.mean), (1.0 - gain) * belief.var};
    }
    posterior.push_back(belief);
  }

  // Rauch, Tung and Striebel, and the smoothed dynamics, in the textbook's forms.
  std::vector<Gaussian> smoothed = posterior;
  std::vector<Vector> C(kT);
  for (int64_t t = kT - 2; t >= 0; --t) {
    C[t] = posterior[t].var * A[t] / prior[t + 1].var;
    smoothed[t] = {posterior[t].mean + C[t] * (smoothed[t + 1].mean - prior[t + 1].mean),
                   posterior[t].var + C[t].square() * (smoothed[t + 1].var - prior[t + 1].var)};
  }
  SlowPath result;
  for (int64_t t = 0; t < kT; ++t) {
    const Vector z = smoothed[t].mean + smoothed[t].var.sqrt() * noise[t];
    if (t == 0) {
      result.kl.push_back(slow_kl(smoothed[0], prior[0]));
    } else {
      const Vector& z_before = result.features.back();
      const Vector G = C[t - 1] * smoothed[t].var / smoothed[t - 1].var;
      const Gaussian inferred{smoothed[t].mean + G * (z_before - smoothed[t - 1].mean),
                              smoothed[t].var - G * C[t - 1] * smoothed[t].var};
      result.kl.push_back(slow_kl(inferred, {A[t - 1] * z_before + b[t - 1], Q[t - 1]}));
    }
    result.features.push_back(z);
  }
  return result;
}

// ---- The comparison -------------------------------------------------------------------------------------------------

/// One overload per model: masks first, then the noise of the samples.
struct SlowModel {
  const SlowLayers& net;
  const std::vector<SlowSequence>& sequences;
  math::TensorGenerator& rng;

  std::vector<SlowPath> operator()(const RssmConfig& config) const {
    const auto masks = draw_masks(config.dropout, config.dropout_masks == "sequence", config.hidden_dim,
                                  config.deterministic_dim, rng);
    const Tensor noise = rng.normal({kT, kB, config.stochastic_dim}, at::kDouble).transpose(0, 1);
    return all(slow_rssm, config, masks, noise);
  }
  std::vector<SlowPath> operator()(const VrknConfig& config) const {
    const auto masks =
        draw_masks(config.dropout, config.dropout_masks == "sequence", config.hidden_dim, config.latent_dim, rng);
    rng.normal({kB, kT, config.latent_dim}, at::kDouble);  // the samples of the posterior
    return all(slow_vrkn, config, masks, rng.normal({kB, kT, config.latent_dim}, at::kDouble));
  }

 private:
  template <class Config>
  std::vector<SlowPath> all(SlowPath (*path)(const SlowLayers&, const Config&, const SlowSequence&, const SlowMasks&,
                                             const std::vector<Vector>&),
                            const Config& config, const std::vector<SlowMasks>& masks, const Tensor& noise_BTZ) const {
    std::vector<SlowPath> paths;
    for (int64_t b = 0; b < kB; ++b) {
      std::vector<Vector> noise;
      for (int64_t t = 0; t < kT; ++t) noise.push_back(slow_vector(noise_BTZ[b][t]));
      paths.push_back(path(net, config, sequences[b], masks[b], noise));
    }
    return paths;
  }
};

double slow_loss(const WorldModel& model, const WorldModelConfig& config, const data::Batch& batch) {
  const SlowLayers net(model);
  const auto standardised = [&](size_t s, int64_t b, int64_t t) {
    const std::string codec = "codec_" + kSensors[s].name;
    return Vector((slow_vector(batch.observations[s].values[b][t]) - net.vector(codec + ".mean")) /
                  net.vector(codec + ".std"));
  };
  std::vector<SlowSequence> sequences(kB);
  for (int64_t b = 0; b < kB; ++b) {
    for (int64_t t = 0; t < kT; ++t) {
      std::vector<Vector> embeddings;
      std::vector<double> valid;
      for (size_t s = 0; s < kSensors.size(); ++s) {
        embeddings.push_back(net.mlp("codec_" + kSensors[s].name + ".encoder", standardised(s, b, t)));
        valid.push_back(batch.observations[s].valid[b][t].item<bool>() ? 1.0 : 0.0);
      }
      sequences[b].embeddings.push_back(embeddings);
      sequences[b].valid.push_back(valid);
      sequences[b].actions.push_back(slow_vector(batch.actions[b][t]));
    }
  }
  math::TensorGenerator rng(kSeed);
  const std::vector<SlowPath> paths = std::visit(SlowModel{net, sequences, rng}, config.model);

  const auto log_prob = [](const Vector& mean, const Vector& x, double var) {
    return -0.5 * ((x - mean).square() / var + std::log(2.0 * std::numbers::pi * var)).sum();
  };
  double loss = 0.0;
  for (int64_t b = 0; b < kB; ++b) {
    for (int64_t t = 0; t < kT; ++t) {
      const Vector& features = paths[b].features[t];
      const double kl_weight = t == 0 ? initial_kl_weight(config.model) : 1.0;
      loss += kl_weight * std::max(paths[b].kl[t] - config.objective.free_nats, 0.0);
      loss -= config.objective.reward_weight *
              log_prob(net.mlp("reward", features), slow_vector(batch.rewards[b][t]), 0.09);
      for (size_t s = 0; s < kSensors.size(); ++s) {
        const Vector decoded = net.mlp("codec_" + kSensors[s].name + ".decoder", features);
        const double weight = s == 0 ? 0.7 : 3.0, var = s == 0 ? 1.0 : 0.25;
        loss -= weight * sequences[b].valid[t][s] * log_prob(decoded, standardised(s, b, t), var);
      }
    }
  }
  return loss / static_cast<double>(kB * kT);
}

/// Every kind, and where there is dropout, both kinds of masks.
std::vector<ModelConfig> models_and_masks() {
  std::vector<ModelConfig> models = small_models();
  for (const ModelConfig& model : small_models()) {
    const bool has_dropout = std::visit([](const auto& config) { return config.dropout > 0.0; }, model);
    if (has_dropout) models.push_back(with_sequence_masks(model));
  }
  return models;
}

data::Batch random_batch() {
  math::TensorGenerator rng(5);
  const auto valid = [&] { return rng.uniform({kB, kT}) < 0.6; };
  return {.observations = {{rng.normal({kB, kT, 3}, at::kDouble), valid()},
                           {rng.normal({kB, kT, 2}, at::kDouble), valid()}},
          .actions = rng.normal({kB, kT, kA}, at::kDouble),
          .rewards = rng.normal({kB, kT, 1}, at::kDouble)};
}

WorldModelConfig world_model_config(const ModelConfig& model) {
  WorldModelConfig config{.model = model,
                          .networks = {.vector_hidden = 6,
                                       .vector_layers = 2,
                                       .reward_hidden = 5,
                                       .reward_layers = 1,
                                       .reward_nonlinearity = "elu"},
                          .objective = {.sensor_weight = 0.7, .reward_weight = 2.0, .free_nats = 0.1}};
  config.objective.sensor_weights = {"b=3"};
  config.objective.sensor_noises = {"b=0.5"};
  config.objective.reward_noise = "0.3";
  return config;
}

std::shared_ptr<WorldModel> world_model(const WorldModelConfig& config) {
  const at::NoGradGuard no_grad;
  math::TensorGenerator weights(1);
  auto model = std::make_shared<WorldModel>(kSensors, kA, config, weights);
  model->to(at::kDouble);
  for (Tensor& parameter : model->parameters()) parameter.mul_(2.0);  // away from where all is small and linear
  const data::SensorStatistics a{at::full({3}, 0.3), at::full({3}, 2.0)}, b{at::full({2}, -0.1), at::full({2}, 0.5)};
  model->set_statistics({a, b});
  return model;
}

/// Each recurrence as LibTorch's operations, or as operations of our own.
ModelConfig with_fused(ModelConfig model, bool fused) {
  std::visit([=](auto& config) { config.fused = fused; }, model);
  return model;
}

TEST(Bound, OfEveryModelEqualsASecondWritingOfItsEquations) {
  const at::NoGradGuard no_grad;
  const data::Batch batch = random_batch();
  for (const ModelConfig& model_config : models_and_masks()) {
    for (const bool fused : {true, false}) {
      const WorldModelConfig config = world_model_config(with_fused(model_config, fused));
      const auto model = world_model(config);
      math::TensorGenerator rng(kSeed);
      const double loss = model->compute_loss(batch, {rng, true}).loss.item<double>();
      EXPECT_NEAR(loss, slow_loss(*model, config, batch), 1e-8) << kind_of(model_config) << (fused ? " fused" : "");
    }
  }
}

TEST(Bound, ItsGradientDoesNotDependOnThePath) {
  const data::Batch batch = random_batch();
  for (const ModelConfig& model_config : models_and_masks()) {
    std::vector<std::vector<Tensor>> gradients;
    for (const bool fused : {true, false}) {
      const auto model = world_model(world_model_config(with_fused(model_config, fused)));
      math::TensorGenerator rng(kSeed);
      gradients.push_back(torch::autograd::grad({model->compute_loss(batch, {rng, true}).loss}, model->parameters(), {},
                                                false, false, /*allow_unused=*/true));
    }
    for (size_t i = 0; i < gradients[0].size(); ++i) {
      ASSERT_EQ(gradients[0][i].defined(), gradients[1][i].defined());
      if (!gradients[0][i].defined()) continue;
      EXPECT_TRUE(at::allclose(gradients[0][i], gradients[1][i], 1e-9, 1e-11)) << kind_of(model_config) << ' ' << i;
    }
  }
}

}  // namespace
}  // namespace vrkn::model::world_model_elbo_test
