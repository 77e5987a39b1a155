#include "vrkn/kalman/forward.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "vrkn/kalman/diffuse_phase.h"
#include "vrkn/kalman/parallel.h"

namespace vrkn::kalman {
namespace {

// The memory behind SharedGains.
class SharedStorage {
 public:
  SharedStorage(const Problem& p, bool for_smoother)
      : matrices_(p.T * (p.O * padded(p.Z) + p.O * padded(p.O) + (for_smoother ? 2 * p.Z * padded(p.Z) : 0))),
        rows_(p.T * (2 * p.O + 1)) {
    double* next = matrices_.data();
    const auto take = [&next](int64_t count) {
      double* const piece = next;
      next += count;
      return piece;
    };
    gains_.gain = take(p.T * p.O * padded(p.Z));
    gains_.factor = take(p.T * p.O * padded(p.O));
    if (for_smoother) {
      gains_.covariance = take(p.T * p.Z * padded(p.Z));
      gains_.backward = take(p.T * p.Z * padded(p.Z));
    }
    gains_.inverse_pivot = rows_.data();
    gains_.observed = rows_.data() + p.T * p.O;
    gains_.constant = rows_.data() + 2 * p.T * p.O;
  }

  const SharedGains& gains() const { return gains_; }

 private:
  Buffer matrices_, rows_;
  SharedGains gains_;
};

void check(int64_t failed_step, int64_t first, int64_t count) {
  if (failed_step >= 0) throw_indefinite(failed_step, first, count);
}

// Calls work(first, count, workspace, history) for pieces of at most `size` of N sequences.
using PieceWork = std::function<void(int64_t first, int64_t count, double* workspace, double* history)>;
void for_pieces(const Problem& p, int64_t N, int64_t size, int64_t history_size, int threads, const PieceWork& work) {
  parallel_for((N + size - 1) / size, threads, [&] {
    const auto workspace = std::make_shared<Buffer>(workspace_size(p.Z, p.O));
    const auto history = std::make_shared<Buffer>(history_size);
    return [&, workspace, history](int64_t piece) {
      work(piece * size, std::min(size, N - piece * size), workspace->data(), history->data());
    };
  });
}

}  // namespace

bool shares_covariances(const Sequences& data, const ComputeOptions& options) {
  return data.observations.sequences == 1 || (options.share_covariances && same_pattern(data.observations));
}

void run_filter(const Problem& p, int64_t N, bool shared, const FilterTargets& targets, int threads,
                const Recursions& recursions) {
  if (p.P_inf != nullptr) {
    DiffusePhase phase(p, N, shared, threads);
    phase.filter(targets);
    run_filter(phase.rest(), N, shared, targets, threads, recursions);
    return;
  }
  if (!shared) {
    for_pieces(p, N, kLanes, 0, threads, [&](int64_t first, int64_t count, double* workspace, double*) {
      check(recursions.filter_packed(p, first, count, targets, nullptr, workspace), first, count);
    });
    return;
  }
  const SharedStorage storage(p, false);
  check(recursions.filter_shared(p, targets, storage.gains(), Buffer(workspace_size(p.Z, p.O)).data()), 0, N);
  for_pieces(p, N, kSharedPacks * kLanes, 0, threads, [&](int64_t first, int64_t count, double* workspace, double*) {
    recursions.filter_means(p, storage.gains(), first, count, targets, nullptr, workspace);
  });
}

void run_smoother(const Problem& p, int64_t N, bool shared, const FilterTargets& filter_targets,
                  const SmootherTargets& targets, int threads, const Recursions& recursions) {
  if (p.P_inf != nullptr) {
    DiffusePhase phase(p, N, shared, threads);
    phase.filter(filter_targets);
    run_smoother(phase.rest(), N, shared, filter_targets, targets, threads, recursions);
    phase.smooth(targets);
    return;
  }
  if (!shared) {
    for_pieces(p, N, kLanes, p.T * (p.Z + p.Z * p.Z) * kLanes, threads,
               [&](int64_t first, int64_t count, double* workspace, double* history) {
                 check(recursions.filter_packed(p, first, count, filter_targets, history, workspace), first, count);
                 recursions.smooth_packed(p, first, count, targets, history, workspace);
               });
    return;
  }
  const SharedStorage storage(p, true);
  Buffer covariance_workspace(workspace_size(p.Z, p.O));
  check(recursions.filter_shared(p, filter_targets, storage.gains(), covariance_workspace.data()), 0, N);
  recursions.smooth_shared(p, targets, storage.gains(), covariance_workspace.data());
  for_pieces(p, N, kSharedPacks * kLanes, p.T * p.Z * kSharedPacks * kLanes, threads,
             [&](int64_t first, int64_t count, double* workspace, double* history) {
               recursions.filter_means(p, storage.gains(), first, count, filter_targets, history, workspace);
               recursions.smooth_means(p, storage.gains(), first, count, targets, history, workspace);
             });
}

Vector sums(const Series& series) {
  Vector result(series.sequences);
  for (int64_t n = 0; n < series.sequences; ++n) {
    const double* const begin = series.values.data() + n * series.steps;
    result[n] = std::accumulate(begin, begin + series.steps, 0.0);
  }
  return result;
}

}  // namespace vrkn::kalman
