#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace vrkn::parallel {

/// Where a process stands among those that train one run together, as its environment says it: the variables that
/// torchrun sets, and that a line of shell can set (docs/training-in-parallel.md). By default it is alone.
struct ProcessEnvironment {
  int64_t rank = 0;                 ///< RANK, its number, from 0; the first one is the run's
  int64_t world_size = 1;           ///< WORLD_SIZE, how many there are
  int64_t local_rank = 0;           ///< LOCAL_RANK, its number on its machine: which of several CUDA devices it takes
  std::string master_address = {};  ///< MASTER_ADDR, where the first process, or torchrun, waits for the others
  int64_t master_port = 0;          ///< MASTER_PORT, 1 ... 65535
  std::string interface = {};  ///< GLOO_SOCKET_IFNAME, the network interface to talk through; empty: the host name's
  std::string meeting = {};    ///< TORCHELASTIC_RESTART_COUNT, by which torchrun tells meetings at one port apart
  bool agent_waits = false;    ///< TORCHELASTIC_USE_AGENT_STORE: torchrun waits at that port, not the first process
  std::chrono::seconds timeout{3600};  ///< VRKN_TIMEOUT_S, how long to wait for another before taking it for dead
};

/// What a variable holds, null when it is not set.
using ReadVariable = std::function<const char*(const char* name)>;

/// A process is one of several when RANK or WORLD_SIZE is set. Throws ConfigError naming a variable that is missing or
/// whose value is not allowed.
ProcessEnvironment process_environment(const ReadVariable& read);

/// Of this process.
ProcessEnvironment process_environment();

}  // namespace vrkn::parallel
