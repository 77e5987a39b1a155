#pragma once

#include <cstdint>
#include <span>

#include "vrkn/env/suite/recording.h"
#include "vrkn/env/suite/suite_environment.h"

namespace vrkn::env {

/// Where the episodes with these seeds begin, as a recording without actions and probes: what a program without vrkn
/// needs to begin where SuiteEnvironment::begin does. Whatever stands around the world, transition noise or conditions
/// of the sensors, changes nothing about it.
Recording draw_starts(const SuiteTask& task, std::span<const uint64_t> seeds);

}  // namespace vrkn::env
