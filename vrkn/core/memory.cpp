#include "vrkn/core/memory.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>
#include <sys/resource.h>

#include "vrkn/core/error.h"

namespace vrkn {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();

/// The number on the line of a file that begins with `name`; of a file with one number and no name the first.
std::optional<int64_t> number_in(const fs::path& path, std::string_view name = {}) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream rest(line.substr(name.size()));
    int64_t number = 0;
    if (rest >> number) return number;
    return std::nullopt;  // "max": no limit
  }
  return std::nullopt;
}

/// What a group of version 2 has left. Pages of files that were read can be had back.
int64_t left_of_group(const fs::path& group) {
  const auto limit = number_in(group / "memory.max");
  if (!limit) return kUnknown;
  const int64_t used = number_in(group / "memory.current").value_or(0);
  return std::max<int64_t>(0, *limit - used + number_in(group / "memory.stat", "inactive_file ").value_or(0));
}

int64_t left_of_first_version(const fs::path& group) {
  const auto limit = number_in(group / "memory.limit_in_bytes");
  if (!limit) return kUnknown;
  const int64_t used = number_in(group / "memory.usage_in_bytes").value_or(0);
  return std::max<int64_t>(0, *limit - used + number_in(group / "memory.stat", "total_inactive_file ").value_or(0));
}

/// What the groups of this process have left, the outer ones included.
int64_t left_of_groups(const fs::path& root) {
  const fs::path mount = root / "sys/fs/cgroup";
  int64_t left = std::min(left_of_group(mount), left_of_first_version(mount / "memory"));
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // 0::/user.slice/... or 5:cpu,memory:/docker/...
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_second_version = controllers.empty();
    if (!is_second_version && controllers.find("memory") == std::string::npos) continue;
    for (fs::path group = fs::path(line.substr(second + 1)).relative_path(); !group.empty();
         group = group.parent_path()) {
      left = std::min(
          left, is_second_version ? left_of_group(mount / group) : left_of_first_version(mount / "memory" / group));
    }
  }
  return left;
}

}  // namespace

int64_t available_memory_of(const std::filesystem::path& root) {
  constexpr int64_t kKibibyte = 1024;
  const fs::path meminfo = root / "proc/meminfo";
  const auto available = number_in(meminfo, "MemAvailable:");
  const int64_t machine = available ? kKibibyte * (*available + number_in(meminfo, "SwapFree:").value_or(0)) : kUnknown;
  return std::min(machine, left_of_groups(root));
}

int64_t available_memory() {
  int64_t available = available_memory_of("/");
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    constexpr int64_t kKibibyte = 1024;
    const int64_t used = kKibibyte * number_in("/proc/self/status", "VmSize:").value_or(0);
    available = std::min(available, std::max<int64_t>(0, static_cast<int64_t>(limit.rlim_cur) - used));
  }
  return available;
}

void require_memory(double bytes, const std::string& deciding) {
  const auto available = static_cast<double>(available_memory());
  if (bytes <= available) return;
  throw ConfigError("this needs at least " + bytes_text(bytes) + " of memory, but " + bytes_text(available) +
                    " are there; what decides it: " + deciding);
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 7> kUnits = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000.0;
  char text[48];
  std::snprintf(text, sizeof(text), unit > 0 && bytes < 9.95 ? "%.1f %s" : "%.0f %s", bytes, kUnits[unit]);
  return text;
}

}  // namespace vrkn
