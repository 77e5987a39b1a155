#pragma once

#include "vrkn/env/environment.h"

namespace vrkn {

/// A world of which there are no pictures.
class DarkEnvironment final : public env::Environment {
 public:
  const env::EnvironmentSpec& spec() const override { return spec_; }
  env::TimeStep reset(uint64_t) override { return {}; }
  env::TimeStep step(std::span<const double>) override { return {}; }

 private:
  env::EnvironmentSpec spec_;
};

}  // namespace vrkn
