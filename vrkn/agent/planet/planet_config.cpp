#include "vrkn/agent/planet/planet_config.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::agent {

void PlanetConfig::validate() const {
  if (num_elites > population_size) {
    throw ConfigError("num_elites is " + std::to_string(num_elites) + ", but population_size only " +
                      std::to_string(population_size));
  }
  check_disagreement(ensemble, "disagreement", disagreement);
  check_disagreement(ensemble, "evaluation_disagreement", evaluation_disagreement);
}

}  // namespace vrkn::agent
