#include "apps/vrkn/learning_options.h"

#include <fmt/format.h>

namespace vrkn::app {

void LearningOptions::add_options(CLI::App& command) {
  command.add_option("--seed", seed, "short for --set seed=N")->type_name("N");
  command.add_option("--device", device, "short for --set device=...: cpu or cuda")->type_name("NAME");
  const std::vector<CLI::Option*> others = command.get_options();
  auto* resume_option =
      command.add_option("--resume", resume, "go on with a run from its newest checkpoint")->type_name("DIR");
  for (CLI::Option* other : others) {
    if (!other->check_lname("help") && !other->check_lname("set")) resume_option->excludes(other);
  }
  command
      .add_option("--checkpoint", checkpoint,
                  "with --resume: best, last, a number of updates, or a file; later ones are dropped")
      ->type_name("NAME")
      ->needs(resume_option);
}

ConfigSource LearningOptions::with_shortcuts() const {
  ConfigSource result = source;
  if (seed) result.overrides.push_back("seed=" + std::to_string(*seed));
  if (!device.empty()) result.overrides.push_back("device=" + device);
  return result;
}

std::optional<run::Checkpoint> LearningOptions::choose_checkpoint(const run::RunDirectory& run) const {
  if (checkpoint.empty() && run.checkpoints().empty()) {
    fmt::print("there is no checkpoint yet: beginning anew\n");
    return std::nullopt;
  }
  const std::filesystem::path path = run.find_checkpoint(checkpoint);
  fmt::print("going on from {}\n", path.string());
  return std::optional<run::Checkpoint>(path);
}

}  // namespace vrkn::app
