#pragma once

#include <vector>

#include "vrkn/kalman/diffuse_update.h"
#include "vrkn/kalman/recursion.h"

namespace vrkn::kalman {

/// The first steps of filter and smoother for sequences with a diffuse start (Durbin and Koopman 2012, Chapter 5), up
/// to where the belief of every one of them is proper; from there on the recursions of recursion.h run as always. The
/// smoother is the one of smoother.h: z_t given z_{t+1} and o_{<=t} is an update of the filtered belief by z_{t+1}, and
/// is proper even where that belief is not.
class DiffusePhase {
 public:
  /// Runs the covariances of N sequences. `shared`: all miss the same components. Refers to `problem`, whose P_inf must
  /// be there. Throws NumericalError when the covariance of an innovation is not finite.
  DiffusePhase(const Problem& problem, int64_t N, bool shared, int threads);

  /// The number of steps; all T when the observations never fix the state.
  int64_t steps() const { return steps_; }
  /// The problem that is left: from step steps() on, with priors of its own for every sequence.
  Problem rest() const;

  /// The means of the filter, and its results for these steps. Must run before rest() and smooth().
  void filter(const FilterTargets& targets);
  /// The smoother's results for these steps, after those of the steps behind: reads mean and covariance of step steps()
  /// from `targets`, which must want both. Throws NumericalError when some direction of a state stays diffuse.
  void smooth(const SmootherTargets& targets) const;

 private:
  struct Step {
    DiffuseCovariance predicted, filtered;
    DiffuseUpdate update;
  };
  struct Pattern {  // what sequences with the same missing components share
    std::vector<Step> steps;
    DiffuseCovariance next;  // the prior of the step behind
  };

  void advance(Pattern& pattern, int64_t n) const;
  const Pattern& pattern(int64_t n) const { return patterns_[shared_ ? 0 : n]; }

  Problem problem_;
  int64_t N_;
  bool shared_;
  int threads_;
  int64_t steps_ = 0;
  std::vector<Pattern> patterns_;
  std::vector<double> means_ = {};                               // filtered [N, steps, Z]
  std::vector<double> start_mean_ = {}, start_covariance_ = {};  // [N, Z], [patterns, Z, Z]
};

}  // namespace vrkn::kalman
