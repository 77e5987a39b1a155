#pragma once

#include <random>
#include <span>

namespace deploy {

/// Standard normal numbers.
class Normal {
 public:
  explicit Normal(uint64_t seed) : engine_(seed) {}

  float operator()() { return distribution_(engine_); }

  void fill(std::span<float> values) {
    for (float& value : values) value = (*this)();
  }

  /// Uniform in [0, 1).
  double uniform() { return std::uniform_real_distribution<double>()(engine_); }

 private:
  std::mt19937_64 engine_;
  std::normal_distribution<float> distribution_;
};

}  // namespace deploy
