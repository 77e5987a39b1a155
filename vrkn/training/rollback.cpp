#include "vrkn/training/rollback.h"

#include <cmath>

#include <fmt/format.h>

#include "vrkn/training/training_loop.h"

namespace vrkn::training {

Rollback roll_back(const run::RunDirectory& run, const NumericalError& error, int64_t count) {
  const std::string text = error.what();
  Rollback back;
  std::string place = "the beginning";
  if (!run.checkpoints().empty()) {
    const std::filesystem::path newest = run.newest_checkpoint();
    back.checkpoint.emplace(newest);
    place = newest.string();
  }
  back.message = fmt::format("{}; going back to {} with the learning rates times {}",
                             text.substr(0, text.find(kRunStops)), place, std::pow(0.5, count));
  return back;
}

}  // namespace vrkn::training
