#pragma once

#include <cstdint>

namespace vrkn::kernel {

// Random numbers by counting: Philox4x32-10 (Salmon et al. 2011) turns a key and a counter into four words that look
// random. What number i of a stream is depends on the key and on i alone, so that any thread can compute any part, and
// on all processors it is the same to the last bit.
//
// Counters go in groups of sixteen: group g has the counters 16 g ... 16 g + 15 and yields kWordsPerGroup words, first
// word 0 of all sixteen, then word 1, and so on. Each function below fills out[0 ... count) with the numbers of the
// groups from `group` on, leaving off what the last one has too many.

inline constexpr int64_t kWordsPerGroup = 64, kMaskValuesPerGroup = 2 * kWordsPerGroup;

/// The words themselves.
void philox_words(uint64_t key, uint64_t group, uint32_t* out, int64_t count);

/// Uniform in [0, 1), multiples of 2^-24; kWordsPerGroup per group.
void philox_uniform(uint64_t key, uint64_t group, float* out, int64_t count);

/// Standard normal by Box and Muller (1958), at most 5.9 in absolute value; kWordsPerGroup per group.
void philox_normal(uint64_t key, uint64_t group, float* out, int64_t count);

/// `kept` with the probability threshold / 2^16, else 0; kMaskValuesPerGroup per group. threshold in [0, 2^16].
void philox_mask(uint64_t key, uint64_t group, uint32_t threshold, float kept, float* out, int64_t count);

}  // namespace vrkn::kernel
