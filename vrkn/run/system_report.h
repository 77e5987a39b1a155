#pragma once

#include <cstdint>
#include <string>

namespace vrkn::run {

/// The format of the run directories that this build makes, the number `format` in environment.json. It grows when
/// older builds could not read a directory any more. Directories of all formats up to it can be read; those of builds
/// that wrote no number are of format 1.
inline constexpr int64_t kRunFormat = 1;

/// What a run is made with and on: versions of vrkn, LibTorch and MuJoCo, commit, processor, threads, BLAS, seed,
/// command line, time of this call, the start. As the text of environment.json.
std::string system_report_json(int64_t seed, const std::string& device, const std::string& command_line);

/// The processor's own name, or "unknown".
std::string processor_name();

}  // namespace vrkn::run
