#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "vrkn/parallel/process_group.h"

namespace vrkn {

/// A port of this machine that nobody listens at.
inline int64_t free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const bool found = bind(listener, any, size) == 0 && getsockname(listener, any, &size) == 0;
  close(listener);
  if (!found) throw std::runtime_error("there is no free port");
  return ntohs(address.sin_port);
}

/// Runs `work` for every member of a group of `count`, each in a thread: to the group they are as good as processes,
/// and their results can be compared. Throws what the first of them threw that threw anything.
inline void run_together(int64_t count, const std::function<void(const parallel::ProcessGroup&)>& work,
                         std::chrono::seconds timeout = std::chrono::seconds(60)) {
  const int64_t port = free_port();
  std::vector<std::exception_ptr> errors(static_cast<size_t>(count));
  std::vector<std::thread> members;
  for (int64_t rank = 0; rank < count; ++rank) {
    members.emplace_back([&, rank] {
      try {
        work(parallel::ProcessGroup::join({.rank = rank,
                                           .world_size = count,
                                           .local_rank = rank,
                                           .master_address = "127.0.0.1",
                                           .master_port = port,
                                           .interface = "lo",
                                           .timeout = timeout}));
      } catch (...) {
        errors[static_cast<size_t>(rank)] = std::current_exception();
      }
    });
  }
  for (std::thread& member : members) member.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace vrkn
