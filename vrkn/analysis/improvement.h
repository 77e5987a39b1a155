#pragma once

#include "vrkn/analysis/bootstrap.h"

namespace vrkn::analysis {

/// How likely a run of the first group scores higher than one of the second on a task drawn at random, equal scores
/// counted half:
///
///   P = mean over tasks of  1 / (N K)  sum_i sum_j  S(x_i, y_j),    S = 1 if x > y, 1/2 if x = y, else 0
///
/// The strata of both are the same tasks in the same order, none empty; throws ShapeError when their numbers differ.
/// Source: Agarwal et al. 2021 (statistics.h), Sec. 4.3; within a task it is the Mann-Whitney statistic over N K.
double probability_of_improvement(const Strata& first, const Strata& second);

/// The same with its stratified bootstrap interval: runs of both groups are drawn anew, each within its tasks.
Estimate improvement(const Strata& first, const Strata& second, const BootstrapOptions& options = {});

}  // namespace vrkn::analysis
