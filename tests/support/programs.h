#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>

namespace vrkn {

/// While it lives, programs are looked for in `folder` first, or there only.
class SearchPath {
 public:
  SearchPath(const std::filesystem::path& folder, bool only) : old_(::getenv("PATH")) {
    ::setenv("PATH", only ? folder.c_str() : (folder.string() + ":" + old_).c_str(), 1);
  }
  SearchPath(const SearchPath&) = delete;
  SearchPath& operator=(const SearchPath&) = delete;
  ~SearchPath() { ::setenv("PATH", old_.c_str(), 1); }

 private:
  std::string old_;
};

/// A program `path` that runs this shell text.
inline void make_program(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

/// What `command` prints.
inline std::string output_of(const std::string& command) {
  std::string output;
  std::array<char, 4096> buffer{};
  FILE* pipe = ::popen(command.c_str(), "r");
  while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), count);
  ::pclose(pipe);
  return output;
}

/// Whether a shell finds this program.
inline bool installed(const std::string& program) {
  return !output_of("command -v " + program).empty();
}

}  // namespace vrkn
