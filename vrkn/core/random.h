#pragma once

#include <cstdint>
#include <string_view>

namespace vrkn {

/// The seed of the named stream number `index` under `seed`.
///
/// Every random draw of a run comes from such a stream: ("replay", update), ("environment", episode), and so on. A
/// stream is thus a function of the run's seed and of a counter, so a checkpoint holds all streams by holding the
/// counters, and an interrupted episode can be begun again with the same draws. Mixing: FNV-1a over the name, then
/// splitmix64 (Steele, Lea and Flood 2014) over seed, name and index.
uint64_t derive_seed(uint64_t seed, std::string_view name, uint64_t index = 0);

/// A small, fast generator of uniform and normal numbers whose draws are the same with every compiler and library:
/// xoshiro256** (Blackman and Vigna 2021), seeded by splitmix64.
class ScalarGenerator {
 public:
  /// Generators of equal seeds give equal draws.
  explicit ScalarGenerator(uint64_t seed);

  /// 64 random bits.
  uint64_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high);
  /// Uniform integer in [low, high], both ends included; without modulo bias. Needs low <= high.
  int64_t integer(int64_t low, int64_t high);
  /// Standard normal (Box-Muller, one of each pair kept for the next call).
  double normal();

 private:
  uint64_t state_[4];
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace vrkn
