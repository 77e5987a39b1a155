#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <torch/nn/module.h>
#include <torch/serialize/archive.h>

namespace vrkn::nn {

/// Adam's settings (Kingma and Ba 2015), with the norm of the whole gradient clipped first.
struct AdamOptions {
  double learning_rate = 1e-3;        ///< > 0
  double beta1 = 0.9;                 ///< in [0, 1)
  double beta2 = 0.999;               ///< in [0, 1)
  double epsilon = 1e-8;              ///< > 0
  double max_gradient_norm = 1000.0;  ///< > 0
  double average = 0.0;  ///< share that a step keeps of the parameters' running average, in [0, 1); 0: no average
};

/// Replaces a gradient by its mean over all who learn the same weights from parts of a batch.
using GradientMean = std::function<void(at::Tensor& gradient)>;

/// Adam over one flat buffer. Construction moves the parameters into it, as views, and their gradients into another, so
/// that a step is a handful of operations on two long vectors, however many parameters there are.
class Adam {
 public:
  /// Takes over the storage of `parameters` (at least one, leaves that require gradients, one dtype, one device).
  Adam(std::vector<at::Tensor> parameters, AdamOptions options);

  /// Sets all gradients to zero. Must be called before every backward pass: gradients accumulate in the buffer.
  void zero_gradients();

  /// From now on every step is one of `mean` of the gradients, before they are clipped.
  void all_reduce_gradients(GradientMean mean) { mean_ = std::move(mean); }

  /// One update. Returns the norm of the gradient before clipping, [] on the parameters' device: no synchronisation.
  /// A non-finite norm changes no parameter; the caller decides what to do with it.
  at::Tensor step();

  /// Puts the running average of the parameters in their place, and them in its; again: back. The average of the first
  /// n steps keeps a share of (1 + n) / (10 + n), where that is less, so that it forgets the beginning. Does nothing
  /// without an average.
  void exchange_average();

  /// Moments, number of steps and, where one is kept, the average.
  void save(torch::serialize::OutputArchive& archive) const;
  /// Throws DataError when the archive holds no such state, or of other sizes; then nothing is loaded.
  void load(torch::serialize::InputArchive& archive);

  /// For schedules: the rate of the next steps, > 0. Steps that were recorded on a device keep theirs.
  void set_learning_rate(double learning_rate) { options_.learning_rate = learning_rate; }

 private:
  AdamOptions options_;
  GradientMean mean_;  // none where nobody else learns
  std::vector<at::Tensor> parameters_;
  at::Tensor values_, gradients_, first_moment_, second_moment_;  // [all parameters in a row]
  at::Tensor average_;                                            // of values_; undefined without
  at::Tensor steps_;  // [] double, where the parameters are: a recorded step counts, too
};

}  // namespace vrkn::nn
