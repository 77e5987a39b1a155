#pragma once

#include <vector>

#include <torch/nn/module.h>

#include "vrkn/math/gaussian.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/model/belief.h"

namespace vrkn::model {

/// Where a pass through a model takes its random numbers from, and whether Monte Carlo dropout draws the weights anew
/// (learning, collecting) or leaves them at their MAP values (evaluating).
struct Sampling {
  math::TensorGenerator& rng;
  bool dropout = true;
};

/// What the encoders made of the sensors: per sensor an embedding and whether the sensor was valid.
struct SensorEmbeddings {
  std::vector<at::Tensor> values;  ///< per sensor [..., E_s]
  std::vector<at::Tensor> valid;   ///< per sensor [..., 1], 1 or 0
};

/// What inference over a batch of sequences yields, all with leading [B, T].
struct Inference {
  /// Filtered, p(z_t | o_{<=t}): where imagination and planning start. In a model that cannot filter and smooth in one
  /// pass, the same as `belief`.
  Belief posterior;
  Belief belief;  ///< what is decoded and learned from: smoothed where the model smooths, else the posterior
  /// The two distributions of z_t given z_{t-1} (the sample of `belief`) whose KL the bound needs (Eq. 3 and 4):
  math::DiagonalGaussian inferred;   ///< q(z_t | z_{t-1}, observations); at t = 0 the belief itself
  math::DiagonalGaussian predicted;  ///< p(z_t | z_{t-1}, a_{t-1}); at t = 0 the initial distribution
};

/// A latent state space model that agents learn, act and imagine with. Stateless but for its weights: beliefs belong to
/// the caller. Actions: `action` leads from the belief given to the belief returned, [B, A]. Sizes that do not fit give
/// LibTorch's own error (c10::Error).
class StateSpaceModel : public torch::nn::Module {
 public:
  /// The prior of the first step of an episode, before its observation: [B, ...], `batch` = B >= 1.
  virtual Belief initial(int64_t batch, Sampling sampling) = 0;

  /// The prior one step later, of the sizes of `belief`. Repeated, this is imagination. Differentiable.
  virtual Belief predict(const Belief& belief, const at::Tensor& action, Sampling sampling) = 0;

  /// The posterior after fusing the sensors' readings, leading [B], of the sizes of `prior`; missing ones are skipped.
  virtual Belief update(const Belief& prior, const SensorEmbeddings& embeddings, Sampling sampling) = 0;

  /// Inference over whole sequences: embeddings with leading [B, T], actions [B, T, A]; actions[t] led into step t, so
  /// the first is not used.
  virtual Inference infer(const SensorEmbeddings& embeddings, const at::Tensor& actions, Sampling sampling) = 0;

  /// One draw of the transition network's weights for each row of `belief`, whatever the model's own policy of when to
  /// draw: put into Belief::masks, it holds for the next step. Undefined without Monte Carlo dropout.
  virtual TransitionMasks draw_masks(const Belief& belief, Sampling sampling) const {
    (void)belief, (void)sampling;
    return {};
  }

  /// What the sensors' latent observations tell that the prior did not, per sensor [..., Z]: each against the prior
  /// itself, not against what other sensors have made of it. None in models that do not filter in latent space. The
  /// innovation of a missing reading means nothing.
  virtual std::vector<math::DiagonalGaussian> innovations(const Belief& prior, const SensorEmbeddings& embeddings) {
    (void)prior, (void)embeddings;
    return {};
  }

  /// All that decoders, reward, value and actor may see of a belief: [..., F].
  virtual at::Tensor features(const Belief& belief) const = 0;
};

}  // namespace vrkn::model
