#pragma once

#include <memory>
#include <utility>

#include "vrkn/env/environment.h"

namespace vrkn::env {

/// A condition put around an environment. It passes on what it does not change.
class Wrapper : public Environment {
 public:
  explicit Wrapper(std::unique_ptr<Environment> inner) : inner_(std::move(inner)) {}

  const EnvironmentSpec& spec() const override { return inner_->spec(); }
  TimeStep reset(uint64_t seed) override { return inner_->reset(seed); }
  TimeStep step(std::span<const double> action) override { return inner_->step(action); }
  std::optional<Image> render(int height, int width) override { return inner_->render(height, width); }

 private:
  std::unique_ptr<Environment> inner_;
};

}  // namespace vrkn::env
