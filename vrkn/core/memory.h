#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace vrkn {

/// The memory that this process can still get, bytes: what the machine has free or can free, swap included, less where
/// a control group (Linux cgroups, both versions) or a limit on the address space allows less. Where the system does
/// not say, 2^63 - 1.
int64_t available_memory();

/// The same of a system whose files lie under `root`: root/proc/meminfo, root/proc/self/cgroup, root/sys/fs/cgroup.
/// Without limits on the address space.
int64_t available_memory_of(const std::filesystem::path& root);

/// Throws ConfigError when `bytes` are more than this process can get: with both numbers, and with what decides it,
/// such as "--samples 1000000".
void require_memory(double bytes, const std::string& deciding);

/// A number of bytes for people, with two or three digits: "940 MB", "1.5 TB". Decimal: 1 GB is 10^9 bytes.
std::string bytes_text(double bytes);

}  // namespace vrkn
