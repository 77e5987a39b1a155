#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "vrkn/core/metrics.h"
#include "vrkn/data/episode.h"
#include "vrkn/evaluation/open_loop_errors.h"

namespace vrkn::evaluation {

/// How well a model explains and predicts episodes that it did not learn from. The bound is without dropout; each
/// sample of an open-loop prediction has dropout masks of its own, for their mean is the prediction (paper Sec. 3.3).
/// The bound is the paper's (Eq. 3); the errors are measures of our own.
struct HeldOutReport {
  int64_t episodes = 0;
  int64_t sequences = 0;
  /// Means over the sequences, of the same names and meaning as in training: loss/total, loss/<sensor>, loss/reward and
  /// loss/kl; and `bound`, nats per step: minus the sum of the last three, without weights and free nats.
  std::vector<Metric> bound;
  int64_t context = 0;               ///< steps that open-loop predictions saw
  std::vector<StepErrors> errors;    ///< of open-loop predictions
  std::vector<StepErrors> moving;    ///< of images: the same where the truth differs from its mean by kMoving
  std::vector<StepErrors> constant;  ///< had every prediction been the mean over the held-out episodes
};

/// Steps that an open-loop prediction sees, and imagines: those of `vrkn imagine`.
inline constexpr int64_t kContext = 5, kHorizon = 45;

/// A pixel moves where it differs from the mean picture, in one channel at least, by more than this share of the range.
inline constexpr double kMoving = 0.1;

/// The bound on as many sequences of `sequence_length` steps, >= 2, as the episodes have room for, and open-loop errors
/// over as many of kContext + kHorizon steps, or of as many steps as the shortest episode has; the mean of 10 samples
/// is a prediction. At least one episode, and one of `sequence_length` steps; not checked. Throws ShapeError when the
/// episodes do not fit the model's sensors.
HeldOutReport evaluate_held_out(model::WorldModel& model, std::span<const data::Episode> episodes,
                                int64_t sequence_length, math::TensorGenerator& rng);

/// Writes a report as JSON (docs/run-directory.md). Throws DataError when the disk refuses.
void write_held_out(const std::filesystem::path& path, const HeldOutReport& report, int64_t updates);

}  // namespace vrkn::evaluation
