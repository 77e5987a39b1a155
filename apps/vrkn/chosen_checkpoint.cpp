#include "apps/vrkn/chosen_checkpoint.h"

#include <fmt/format.h>

namespace vrkn::app {

std::optional<run::Checkpoint> choose_checkpoint(const run::RunDirectory& run, const std::string& name) {
  if (name.empty() && run.checkpoints().empty()) {
    fmt::print("there is no checkpoint yet: beginning anew\n");
    return std::nullopt;
  }
  const std::filesystem::path path = run.find_checkpoint(name);
  fmt::print("going on from {}\n", path.string());
  return std::optional<run::Checkpoint>(path);
}

}  // namespace vrkn::app
