#include "vrkn/lgssm/forward.h"

#include <algorithm>

#include "vrkn/lgssm/parallel.h"

namespace vrkn::lgssm {
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

// Calls work(first, count) for pieces of at most `size` of N sequences.
void for_pieces(int64_t N, int64_t size, int threads, const std::function<void(int64_t first, int64_t count)>& work) {
  parallel_for((N + size - 1) / size, threads,
               [&](int64_t piece) { work(piece * size, std::min(size, N - piece * size)); });
}

}  // namespace

bool shares_covariances(const Sequences& data, const ComputeOptions& options) {
  return data.observations.sequences == 1 || (options.share_covariances && same_pattern(data.observations));
}

void run_filter(const Problem& p, int64_t N, bool shared, const FilterTargets& targets, int threads,
                const Sweeps& sweeps) {
  const int64_t work = workspace_size(p.Z, p.O);
  if (!shared) {
    for_pieces(N, kLanes, threads, [&](int64_t first, int64_t count) {
      check(sweeps.filter_packed(p, first, count, targets, nullptr, Buffer(work).data()), first, count);
    });
    return;
  }
  const SharedStorage storage(p, false);
  check(sweeps.filter_shared(p, targets, storage.gains(), Buffer(work).data()), 0, N);
  for_pieces(N, kSharedPacks * kLanes, threads, [&](int64_t first, int64_t count) {
    sweeps.filter_means(p, storage.gains(), first, count, targets, nullptr, Buffer(work).data());
  });
}

void run_smoother(const Problem& p, int64_t N, bool shared, const FilterTargets& filter_targets,
                  const SmootherTargets& targets, int threads, const Sweeps& sweeps) {
  const int64_t work = workspace_size(p.Z, p.O);
  if (!shared) {
    for_pieces(N, kLanes, threads, [&](int64_t first, int64_t count) {
      Buffer history(p.T * (p.Z + p.Z * p.Z) * kLanes), workspace(work);
      check(sweeps.filter_packed(p, first, count, filter_targets, history.data(), workspace.data()), first, count);
      sweeps.smooth_packed(p, first, count, targets, history.data(), workspace.data());
    });
    return;
  }
  const SharedStorage storage(p, true);
  Buffer covariance_workspace(work);
  check(sweeps.filter_shared(p, filter_targets, storage.gains(), covariance_workspace.data()), 0, N);
  sweeps.smooth_shared(p, targets, storage.gains(), covariance_workspace.data());
  for_pieces(N, kSharedPacks * kLanes, threads, [&](int64_t first, int64_t count) {
    Buffer history(p.T * p.Z * padded(count)), workspace(work);
    sweeps.filter_means(p, storage.gains(), first, count, filter_targets, history.data(), workspace.data());
    sweeps.smooth_means(p, storage.gains(), first, count, targets, history.data(), workspace.data());
  });
}

}  // namespace vrkn::lgssm
