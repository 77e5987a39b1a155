#include "policy.h"

#include <algorithm>

namespace deploy {

Policy::Policy(const ExportedRun& run, uint64_t seed)
    : plans_(run.plans()), graph_(run, "policy", {{"batch", 1}}), normal_(seed) {
  input_ = graph_.floats(plans_ ? "belief" : "features");
  action_ = graph_.floats("action");
  if (plans_) {
    plan_ = graph_.floats("plan");
    plan_noise_ = graph_.floats("plan_noise");
  }
}

std::span<const float> Policy::act(std::span<const float> belief, std::span<const float> features) {
  std::ranges::copy(plans_ ? belief : features, input_.begin());
  normal_.fill(plan_noise_);
  graph_.run();
  return action_;
}

}  // namespace deploy
