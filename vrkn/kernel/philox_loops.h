#pragma once

#include <cstdint>

// The loops of vrkn/kernel/philox.h. Everything has internal linkage and nothing of the standard library is used: code
// compiled for newer processors must not be taken by others.
namespace vrkn::kernel {
namespace {

constexpr int kLanes = 16, kRounds = 10;
constexpr int64_t kPerGroup = 4 * kLanes;

/// A group's words: w[i][lane] is word i of counter 16 g + lane.
struct Group {
  alignas(64) uint32_t w[4][kLanes];
};

inline void philox(uint64_t key, uint64_t group, Group& g) {
  constexpr uint64_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  auto& [a, b, c, d] = g.w;
  const uint64_t first = group * kLanes;
  for (int lane = 0; lane < kLanes; ++lane) {
    a[lane] = static_cast<uint32_t>(first) + static_cast<uint32_t>(lane);  // no carry: first is a multiple of 16
    b[lane] = static_cast<uint32_t>(first >> 32);
    c[lane] = 0;
    d[lane] = 0;
  }
  auto key0 = static_cast<uint32_t>(key), key1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < kRounds; ++round) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const uint64_t product0 = kMultiplier0 * a[lane], product1 = kMultiplier1 * c[lane];
      a[lane] = static_cast<uint32_t>(product1 >> 32) ^ b[lane] ^ key0;
      c[lane] = static_cast<uint32_t>(product0 >> 32) ^ d[lane] ^ key1;
      b[lane] = static_cast<uint32_t>(product1);
      d[lane] = static_cast<uint32_t>(product0);
    }
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
}

/// [0, 1), of the upper 24 bits.
inline float unit(uint32_t word) {
  return static_cast<float>(static_cast<int32_t>(word >> 8)) * 0x1p-24f;
}

/// log x for x in [2^-32, 1], to about 2 ulp: x = m 2^e with m in [1/sqrt 2, sqrt 2), log m by a series in
/// s = (m - 1) / (m + 1), of which four odd terms are left out of float's reach.
inline float log_of(float x) {
  const uint32_t bits = __builtin_bit_cast(uint32_t, x);
  const uint32_t shifted = bits - 0x3F3504F3u;  // so that m begins at 1 / sqrt 2
  const auto exponent = static_cast<float>(static_cast<int32_t>(shifted) >> 23);
  const float m = __builtin_bit_cast(float, (shifted & 0x007FFFFFu) + 0x3F3504F3u);
  const float s = (m - 1.0f) / (m + 1.0f), z = s * s;
  const float series = 2.0f + z * (0.66666667f + z * (0.4f + z * (0.28571429f + z * 0.22222222f)));
  return exponent * 0.69314718f + s * series;
}

struct SineCosine {
  float sine, cosine;
};

/// Of 2 pi x for x in [0, 1): a quarter turn is taken off, the rest, within an eighth of zero, goes through Taylor's
/// polynomials.
inline SineCosine sine_cosine_of_turn(float x) {
  const auto quarter = static_cast<int32_t>(4.0f * x + 0.5f);
  const float r = (x - 0.25f * static_cast<float>(quarter)) * 6.2831853f, z = r * r;
  const float sine = r * (1.0f + z * (-1.6666667e-1f + z * (8.3333333e-3f + z * (-1.9841270e-4f + z * 2.7557319e-6f))));
  const float cosine = 1.0f + z * (-0.5f + z * (4.1666667e-2f + z * (-1.3888889e-3f + z * 2.4801587e-5f)));
  const bool odd = (quarter & 1) != 0;
  const float s = odd ? cosine : sine, c = odd ? sine : cosine;
  return {(quarter & 2) != 0 ? -s : s, ((quarter + 1) & 2) != 0 ? -c : c};
}

/// Whole groups go straight to their place, the rest of the last one through a buffer.
template <int64_t kSize, class Value, class Fill>
inline void fill_groups(Value* out, int64_t count, Fill&& fill) {
  const int64_t whole = count / kSize;
  for (int64_t g = 0; g < whole; ++g) fill(static_cast<uint64_t>(g), out + g * kSize);
  if (whole * kSize == count) return;
  alignas(64) Value rest[kSize];
  fill(static_cast<uint64_t>(whole), rest);
  for (int64_t i = whole * kSize; i < count; ++i) out[i] = rest[i - whole * kSize];
}

void words(uint64_t key, uint64_t group, uint32_t* out, int64_t count) {
  fill_groups<kPerGroup>(out, count, [=](uint64_t g, uint32_t* to) {
    Group words;
    philox(key, group + g, words);
    for (int i = 0; i < 4; ++i)
      for (int lane = 0; lane < kLanes; ++lane) to[i * kLanes + lane] = words.w[i][lane];
  });
}

void uniform(uint64_t key, uint64_t group, float* out, int64_t count) {
  fill_groups<kPerGroup>(out, count, [=](uint64_t g, float* to) {
    Group words;
    philox(key, group + g, words);
    for (int i = 0; i < 4; ++i)
      for (int lane = 0; lane < kLanes; ++lane) to[i * kLanes + lane] = unit(words.w[i][lane]);
  });
}

void normal(uint64_t key, uint64_t group, float* out, int64_t count) {
  fill_groups<kPerGroup>(out, count, [=](uint64_t g, float* to) {
    Group words;
    philox(key, group + g, words);
    for (int pair = 0; pair < 2; ++pair) {
      float* const cosines = to + 2 * pair * kLanes;
      float* const sines = cosines + kLanes;
      for (int lane = 0; lane < kLanes; ++lane) {
        const float above_zero = 1.0f - unit(words.w[2 * pair][lane]);
        const float radius = __builtin_sqrtf(-2.0f * log_of(above_zero));
        const auto [sine, cosine] = sine_cosine_of_turn(unit(words.w[2 * pair + 1][lane]));
        cosines[lane] = radius * cosine;
        sines[lane] = radius * sine;
      }
    }
  });
}

void mask(uint64_t key, uint64_t group, uint32_t threshold, float kept, float* out, int64_t count) {
  fill_groups<2 * kPerGroup>(out, count, [=](uint64_t g, float* to) {
    Group words;
    philox(key, group + g, words);
    for (int i = 0; i < 4; ++i) {
      for (int lane = 0; lane < kLanes; ++lane) {
        const uint32_t word = words.w[i][lane];
        to[i * kLanes + lane] = (word & 0xFFFFu) < threshold ? kept : 0.0f;
        to[kPerGroup + i * kLanes + lane] = (word >> 16) < threshold ? kept : 0.0f;
      }
    }
  });
}

}  // namespace
}  // namespace vrkn::kernel
