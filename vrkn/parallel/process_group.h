#pragma once

#include <memory>
#include <string>

#include <ATen/core/Tensor.h>

#include "vrkn/core/process_rank.h"
#include "vrkn/parallel/process_environment.h"

namespace vrkn::parallel {

/// The processes that train one run together, seen from one of them. Copies stand for the same group.
///
/// What exchanges something is called by all processes in the same order; it throws ProcessError when another one has
/// ended, or has not answered for ProcessEnvironment::timeout. On the host they talk through Gloo; tensors on CUDA
/// devices go through NCCL where this build has it, else over the host.
class ProcessGroup {
 public:
  /// One process alone: there is nobody to exchange anything with, and nothing costs time.
  ProcessGroup();

  /// Meets the others; a world of size 1 is one process alone. Throws ProcessError when they do not come within five
  /// minutes (or `timeout`, where that is shorter), ConfigError when this build of LibTorch has no Gloo.
  static ProcessGroup join(const ProcessEnvironment& environment);

  /// Which part of a batch is this process's.
  ProcessRank process() const { return process_; }
  /// This process's number, from 0.
  int64_t rank() const { return process_.rank; }
  /// How many processes there are, >= 1.
  int64_t world_size() const { return process_.world_size; }
  /// Whether there is no other process.
  bool is_alone() const { return process_.world_size == 1; }
  /// Whether this is the process that collects, evaluates and writes.
  bool is_rank_zero() const { return process_.rank == 0; }
  /// ProcessEnvironment::local_rank; 0 for a process alone.
  int64_t local_rank() const { return local_rank_; }

  /// Replaces floating `values` (contiguous) by their mean over all processes: in each of them the same to the last
  /// bit.
  void average(at::Tensor& values) const;
  /// Whether `mine` is true in any process.
  bool any(bool mine) const;
  /// The bytes of the first process; what others pass does not matter.
  std::string broadcast(std::string bytes) const;

 private:
  struct Connection;

  ProcessRank process_;
  int64_t local_rank_ = 0;
  std::shared_ptr<Connection> connection_;  // none where the process is alone
};

}  // namespace vrkn::parallel
