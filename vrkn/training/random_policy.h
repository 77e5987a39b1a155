#pragma once

#include <cstdint>
#include <functional>

#include "vrkn/run/experiment_config.h"

namespace vrkn::training {

/// The mean return of an agent that acts at random, which a learned one should exceed: over as many episodes of the
/// configuration's world as its evaluations have. Follows from the configuration's seed.
/// `on_step`: told, after every step of the first episode, how many steps were done and how many there can be.
double random_policy_return(const run::ExperimentConfig& config,
                            const std::function<void(int64_t done, int64_t total)>& on_step = {});

}  // namespace vrkn::training
