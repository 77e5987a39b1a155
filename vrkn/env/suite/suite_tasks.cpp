#include "vrkn/env/suite/suite_tasks.h"

#include <iterator>

#include "vrkn/env/suite/cartpole.h"

namespace vrkn {

std::vector<SuiteTask> suite_tasks() {
  std::vector<SuiteTask> all;
  for (auto* domain : {cartpole_tasks}) std::ranges::move(domain(), std::back_inserter(all));
  return all;
}

std::optional<SuiteTask> find_suite_task(std::string_view name) {
  for (SuiteTask& task : suite_tasks()) {
    if (task.facts.name == name) return std::move(task);
  }
  return std::nullopt;
}

}  // namespace vrkn
