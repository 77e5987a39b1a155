#pragma once

#include <chrono>

#include <torch/csrc/distributed/c10d/Store.hpp>
#include <torch/version.h>
#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#else
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#endif

#include "vrkn/parallel/process_environment.h"

namespace vrkn::parallel {

// What differs between versions and builds of LibTorch ends here.

/// What exchanges tensors between processes: the base of Gloo's and NCCL's process groups.
#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif
using BackendPtr = c10::intrusive_ptr<Backend>;
using StorePtr = c10::intrusive_ptr<c10d::Store>;

/// Where the processes find each other: the first one listens, unless torchrun does.
StorePtr make_store(const ProcessEnvironment& environment, std::chrono::milliseconds timeout);

/// For tensors on the host. Throws ConfigError where there is no Gloo.
BackendPtr make_gloo(const StorePtr& store, const ProcessEnvironment& environment);

/// For tensors on CUDA devices; null where there is no NCCL.
BackendPtr make_nccl(const StorePtr& store, const ProcessEnvironment& environment);

}  // namespace vrkn::parallel
