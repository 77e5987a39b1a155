#pragma once

#include "vrkn/agent/agent.h"

namespace vrkn::agent {

/// As long as it lives, an agent has the running averages of its weights in their place, if it keeps some. For acting
/// and for evaluation; the agent must not learn meanwhile.
class AveragedWeights {
 public:
  explicit AveragedWeights(Agent& agent) : agent_(agent) { agent_.exchange_averages(); }
  ~AveragedWeights() { agent_.exchange_averages(); }
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;

 private:
  Agent& agent_;
};

}  // namespace vrkn::agent
