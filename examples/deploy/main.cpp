// A control loop around an exported agent: ONNX Runtime, and nothing of vrkn or LibTorch.
#include <cstdio>
#include <exception>
#include <string_view>

#include "control_clock.h"
#include "control_loop.h"
#include "exported_run.h"
#include "latency.h"
#include "options.h"

int main(int count, char** words) try {
  for (int i = 1; i < count; ++i) {
    if (std::string_view(words[i]) == "--help") return std::fputs(deploy::kHelp, stdout), 0;
  }
  const deploy::Options options = deploy::parse(count, words);
  const deploy::ExportedRun run = deploy::load_exported_run(options.folder);
  if (options.real_time) {
    for (const std::string& refused : deploy::become_real_time()) {
      std::fprintf(stderr, "warning: refused: %s\n", refused.c_str());
    }
  }
  if (options.latency_steps > 0) {
    deploy::measure_latency(run, options);
  } else {
    deploy::run_control_loop(run, options);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "deploy: %s\n", error.what());
  return 2;
}
