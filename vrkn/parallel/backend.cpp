#include "vrkn/parallel/backend.h"

#include <ATen/Context.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef VRKN_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "vrkn/core/error.h"

namespace vrkn::parallel {
namespace {

/// LibTorch 2 asks for a server that uses libuv, even where it was built without: this asks for the one that is always
/// there. LibTorch 1 has no other.
template <class Options>
void use_plain_server(Options& options) {
  if constexpr (requires { options.useLibUV; }) options.useLibUV = false;
}

}  // namespace

StorePtr make_store(const ProcessEnvironment& environment, std::chrono::milliseconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(environment.master_port);
  options.isServer = environment.rank == 0 && !environment.agent_waits;
  options.numWorkers = static_cast<size_t>(environment.world_size);
  options.waitWorkers = !environment.agent_waits;
  options.timeout = timeout;
  use_plain_server(options);
  return c10::make_intrusive<c10d::PrefixStore>(
      "vrkn/" + environment.meeting, c10::make_intrusive<c10d::TCPStore>(environment.master_address, options));
}

BackendPtr make_gloo(const StorePtr& store, const ProcessEnvironment& environment) {
#ifdef VRKN_GLOO
  using Gloo = c10d::ProcessGroupGloo;
  const auto options = Gloo::Options::create(environment.timeout);
  options->devices.push_back(environment.interface.empty() ? Gloo::createDefaultDevice()
                                                           : Gloo::createDeviceForInterface(environment.interface));
  return c10::make_intrusive<Gloo>(store, static_cast<int>(environment.rank), static_cast<int>(environment.world_size),
                                   options);
#else
  (void)store, (void)environment;
  throw ConfigError("WORLD_SIZE asks for several processes, but vrkn was built without Gloo, by which they would talk");
#endif
}

BackendPtr make_nccl(const StorePtr& store, const ProcessEnvironment& environment) {
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
  if (!at::hasCUDA()) return {};
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = environment.timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(c10::make_intrusive<c10d::PrefixStore>("nccl", store),
                                                     static_cast<int>(environment.rank),
                                                     static_cast<int>(environment.world_size), options);
#else
  (void)store, (void)environment;
  return {};
#endif
}

}  // namespace vrkn::parallel
