#include "vrkn/agent/planet/planet_config.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn {

void PlanetConfig::validate() const {
  if (top_candidates > candidates) {
    throw ConfigError("top_candidates is " + std::to_string(top_candidates) + ", but there are only " +
                      std::to_string(candidates) + " candidates.");
  }
}

}  // namespace vrkn
