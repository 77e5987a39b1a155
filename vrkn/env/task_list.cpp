#include "vrkn/env/task_list.h"

#include <algorithm>

#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/synthetic/counter_environment.h"
#include "vrkn/env/synthetic/double_integrator.h"

namespace vrkn::env {

std::vector<TaskSpec> all_tasks() {
  std::vector<TaskSpec> all;
  for (SuiteTask& task : suite_tasks()) all.push_back(std::move(task.spec));
  all.push_back(double_integrator_spec());
  all.push_back(counter_spec());
  return all;
}

TaskSpec find_task(std::string_view name) {
  const std::vector<TaskSpec> all = all_tasks();
  const auto found = std::ranges::find(all, name, &TaskSpec::name);
  if (found != all.end()) return *found;

  std::vector<std::string> names;
  std::string listed;
  for (const TaskSpec& task : all) {
    names.push_back(task.name);
    listed += (listed.empty() ? "" : ", ") + task.name;
  }
  const std::string guess = did_you_mean(name, names);
  throw ConfigError("task is \"" + std::string(name) + "\", which is no task" +
                    (guess.empty() ? "; the tasks are " + listed : guess));
}

}  // namespace vrkn::env
