#include "vrkn/env/suite/suite_tasks.h"

#include <algorithm>
#include <iterator>

#include "vrkn/env/suite/acrobot.h"
#include "vrkn/env/suite/ball_in_cup.h"
#include "vrkn/env/suite/cartpole.h"
#include "vrkn/env/suite/finger.h"
#include "vrkn/env/suite/pendulum.h"
#include "vrkn/env/suite/point_mass.h"
#include "vrkn/env/suite/reacher.h"

namespace vrkn {

std::vector<SuiteTask> suite_tasks() {
  std::vector<SuiteTask> all;
  for (auto* domain : {acrobot_tasks, ball_in_cup_tasks, cartpole_tasks, finger_tasks, pendulum_tasks, point_mass_tasks,
                       reacher_tasks})
    std::ranges::move(domain(), std::back_inserter(all));
  return all;
}

}  // namespace vrkn
