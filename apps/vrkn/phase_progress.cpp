#include "apps/vrkn/phase_progress.h"

#include <iostream>

#include "apps/vrkn/console.h"

namespace vrkn::app {

void PhaseProgress::show(std::string_view what, int64_t done, int64_t total) {
  if (!progress_ || what != what_ || done < done_) {
    progress_.reset();
    what_ = what;
    progress_.emplace(what_, report::Progress::Options{.total = total, .done = 0, .terminal = is_terminal()},
                      std::cerr);
  }
  done_ = done;
  progress_->update(done);
}

void PhaseProgress::clear() {
  if (progress_) progress_->clear();
}

TidyConsoleSink::TidyConsoleSink(PhaseProgress& progress) : progress_(progress), console_(std::cout) {}

void TidyConsoleSink::write(const MetricRecord& record) {
  progress_.clear();
  console_.write(record);
  console_.flush();
}

}  // namespace vrkn::app
