#include "vrkn/env/occlusion_config.h"

#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

void check_number(int64_t number) {
  if (number < 1) throw ConfigError("number is " + std::to_string(number) + ", but must be at least 1");
}

// A size: larger than nothing, smaller than the image.
void check_sizes(const std::string& name, double least, double most) {
  if (!(least > 0.0)) throw ConfigError(name + "_min is " + std::to_string(least) + ", but must be above 0");
  if (!(most < 1.0)) throw ConfigError(name + "_max is " + std::to_string(most) + ", but must be below 1");
  if (!(most >= least)) {
    throw ConfigError(name + "_max is " + std::to_string(most) + ", but must be at least " + name + "_min, " +
                      std::to_string(least));
  }
}

void check_speeds(double least, double most) {
  if (!(least >= 0.0)) throw ConfigError("speed_min is " + std::to_string(least) + ", but must be at least 0");
  if (!(most <= 1.0)) throw ConfigError("speed_max is " + std::to_string(most) + ", but must be at most 1");
  if (!(most >= least)) {
    throw ConfigError("speed_max is " + std::to_string(most) + ", but must be at least speed_min, " +
                      std::to_string(least));
  }
}

}  // namespace

void DiscOcclusion::validate() const {
  check_number(number);
  check_sizes("radius", radius_min, radius_max);
  check_speeds(speed_min, speed_max);
}

void WallOcclusion::validate() const {
  check_number(number);
  check_sizes("width", width_min, width_max);
  check_speeds(speed_min, speed_max);
}

}  // namespace vrkn::env
