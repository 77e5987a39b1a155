#pragma once

#include <cstdint>
#include <string>

namespace vrkn::run {

/// The time now, UTC, YYYY-MM-DDThh:mm:ssZ.
std::string utc_now();

/// What a run is made with and on: versions of vrkn, LibTorch and MuJoCo, commit, processor, threads, BLAS, seed,
/// command line, time of this call, the start. As the text of environment.json.
std::string system_report_json(int64_t seed, const std::string& device, const std::string& command_line);

/// The processor's own name, or "unknown".
std::string processor_name();

}  // namespace vrkn::run
