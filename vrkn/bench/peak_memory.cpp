#include "vrkn/bench/peak_memory.h"

#include <fstream>
#include <string>

namespace vrkn::bench {

int64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  constexpr int64_t kKibibyte = 1024;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return kKibibyte * std::stoll(line.substr(6));
  }
  return 0;
}

void forget_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace vrkn::bench
