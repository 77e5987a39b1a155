#include "vrkn/core/random.h"

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace vrkn {
namespace {

uint64_t splitmix64(uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

uint64_t fnv1a(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

uint64_t derive_seed(uint64_t seed, std::string_view name, uint64_t index) {
  uint64_t state = seed;
  state = splitmix64(state) ^ fnv1a(name);
  state = splitmix64(state) ^ index;
  return splitmix64(state);
}

ScalarGenerator::ScalarGenerator(uint64_t seed) {
  for (uint64_t& word : state_) word = splitmix64(seed);
}

uint64_t ScalarGenerator::bits() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double ScalarGenerator::uniform() {
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

double ScalarGenerator::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

int64_t ScalarGenerator::integer(int64_t low, int64_t high) {
  const uint64_t count = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
  if (count == 0) return static_cast<int64_t>(bits());  // the whole range of 64 bits
  // Reject the incomplete last block, else small numbers would come a little more often.
  const uint64_t limit = std::numeric_limits<uint64_t>::max() - std::numeric_limits<uint64_t>::max() % count;
  uint64_t draw = bits();
  while (draw >= limit) draw = bits();
  return static_cast<int64_t>(static_cast<uint64_t>(low) + draw % count);
}

double ScalarGenerator::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

}  // namespace vrkn
