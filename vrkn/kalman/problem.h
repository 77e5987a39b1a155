#pragma once

#include <memory>
#include <vector>

#include "vrkn/kalman/recursion_choice.h"
#include "vrkn/kalman/sequences.h"

namespace vrkn::kalman {

/// Uninitialised doubles that begin at a cache line.
class Buffer {
 public:
  explicit Buffer(int64_t count);
  double* data() { return values_.get(); }

 private:
  struct Free {
    void operator()(double* values) const;
  };
  std::unique_ptr<double, Free> values_;
};

/// A model and data in the form the recursions read. Refers to both, which must outlive it; validates neither.
class FlatProblem {
 public:
  FlatProblem(const LinearGaussianModel& model, const Sequences& data);
  const Problem& problem() const { return problem_; }

 private:
  StepView flatten(const PerStep<Matrix>& parameter);
  RowView offsets(const PerStep<Vector>& offset, const PerStep<Matrix>& control, int64_t size, const Sequences& data);

  std::vector<std::vector<double>> storage_;
  Problem problem_;
};

/// Throws NumericalError: the covariance of an innovation lost its definiteness, at this step and for these sequences.
[[noreturn]] void throw_indefinite(int64_t step, int64_t first, int64_t count);

}  // namespace vrkn::kalman
