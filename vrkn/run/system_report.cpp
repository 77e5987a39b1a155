#include "vrkn/run/system_report.h"

#include <chrono>
#include <ctime>
#include <fstream>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include "vrkn/core/json_text.h"
#include "vrkn/core/version.h"
#include "vrkn/env/mujoco/diagnosis.h"
#include "vrkn/math/blas.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::run {

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string system_report_json(int64_t seed, const std::string& device, const std::string& command_line) {
  const nlohmann::ordered_json report = {
      {"format", kRunFormat},
      {"vrkn", version()},
      {"commit", commit()},
      {"libtorch", TORCH_VERSION},
      {"mujoco", env::mujoco_version()},
      {"blas", math::blas_library()},
      {"processor", processor_name()},
      {"threads", at::get_num_threads()},
      {"device", device},
      {"seed", seed},
      {"command", command_line},
      {"started", utc_now()},
  };
  return json_text(report, 2) + "\n";
}

}  // namespace vrkn::run
