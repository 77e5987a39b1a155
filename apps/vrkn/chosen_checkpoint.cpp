#include "apps/vrkn/chosen_checkpoint.h"

#include <fmt/format.h>

namespace vrkn::app {

std::filesystem::path choose_checkpoint(const RunDirectory& run, const std::string& name) {
  if (name.empty() && run.checkpoints().empty()) {
    fmt::print("there is no checkpoint yet: beginning anew\n");
    return {};
  }
  std::filesystem::path checkpoint = run.find_checkpoint(name);
  fmt::print("going on from {}\n", checkpoint.string());
  return checkpoint;
}

}  // namespace vrkn::app
