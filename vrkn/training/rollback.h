#pragma once

#include <functional>
#include <optional>
#include <string>

#include "vrkn/core/error.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/run_directory.h"

namespace vrkn::training {

/// Where a run goes on from after numbers that are not finite: the newest checkpoint, or nothing, which is its
/// beginning.
struct Rollback {
  std::optional<run::Checkpoint> checkpoint;
  std::string message;  ///< what happened, and from where the run goes on
};

/// `count`: of the rollbacks of the run, this one included. Throws DataError when the newest checkpoint is damaged.
Rollback roll_back(const run::RunDirectory& run, const NumericalError& error, int64_t count);

/// One attempt of a run: the trainer goes on from the checkpoint, if there is one, and runs to the end. Throws what the
/// trainer throws.
template <class Trainer>
auto run_from(Trainer& trainer, const std::optional<run::Checkpoint>& checkpoint, int64_t rollbacks) {
  if (checkpoint) trainer.resume(*checkpoint);
  trainer.set_rollbacks(rollbacks);
  return trainer.run();
}

/// Runs to the end: `attempt(checkpoint, rollbacks)` makes a trainer and calls run_from. When it throws NumericalError
/// it is called again, with the newest checkpoint and one rollback more, until `allowed` are used up; `on_rollback` is
/// told each time. As every attempt is a function of checkpoint and rollbacks, so is the run, wherever it is stopped.
template <class Attempt>
auto run_with_rollbacks(const run::RunDirectory& run, int64_t allowed, const std::optional<run::Checkpoint>& checkpoint,
                        const std::function<void(const std::string& message)>& on_rollback, Attempt attempt) {
  const std::optional<run::Checkpoint>* from = &checkpoint;
  Rollback back;
  for (int64_t rollbacks = checkpoint ? checkpoint->progress().rollbacks : 0;; ++rollbacks) {
    try {
      return attempt(*from, rollbacks);
    } catch (const NumericalError& error) {
      if (rollbacks >= allowed) throw;
      back = roll_back(run, error, rollbacks + 1);
      from = &back.checkpoint;
      on_rollback(back.message);
    }
  }
}

}  // namespace vrkn::training
