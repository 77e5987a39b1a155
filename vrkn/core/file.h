#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vrkn {

/// Makes the folder, and those it lies in, where they are missing, so that they stay also after a crash. Throws
/// DataError naming the path and the system's reason.
void make_folders(const std::filesystem::path& folder);

/// Synchronises the names in the folder of `path` with the disk: a new file may be gone after a crash without it.
/// Throws DataError naming `path` and the system's reason.
void sync_name(const std::filesystem::path& path);

/// Writes `content` so that `path` appears whole or not at all, also after a crash: a temporary file beside it, fsync,
/// rename, fsync of the folder. Makes missing parent folders. Throws DataError naming the path and the system's reason.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Whether `name` is that of a temporary file of write_file_atomically or of a VideoWriter. When its process is gone,
/// it is what a crash left behind.
bool is_temporary_name(std::string_view name);

/// What lies directly in `folder` under names with this ending, ".npz" say, sorted. Nothing where there is no folder.
/// Throws std::filesystem::filesystem_error where it cannot be read.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view ending);

/// The content of a file from the byte `from` on. Throws DataError naming the path and the system's reason.
std::string read_file(const std::filesystem::path& path, int64_t from = 0);

}  // namespace vrkn
