#include "vrkn/kernel/philox.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel::philox_test {
namespace {

TEST(Philox, IsTheGeneratorThatItsAuthorsPublished) {
  // Known answers of the authors' library: counter 0 with key 0; other lanes against the slow version below.
  std::vector<uint32_t> words(kWordsPerGroup);
  philox_words(0, 0, words.data(), kWordsPerGroup);
  EXPECT_EQ(words[0], 0x6627e8d5u);
  EXPECT_EQ(words[16], 0xe169c58du);
  EXPECT_EQ(words[32], 0xbc57ac4cu);
  EXPECT_EQ(words[48], 0x9b00dbd8u);
}

/// One block, as the paper writes it.
std::array<uint32_t, 4> slow_block(uint64_t key, uint64_t counter) {
  std::array<uint32_t, 4> x{static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0};
  std::array<uint32_t, 2> k{static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)};
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = 0xD2511F53ull * x[0], p1 = 0xCD9E8D57ull * x[2];
    x = {static_cast<uint32_t>(p1 >> 32) ^ x[1] ^ k[0], static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ x[3] ^ k[1], static_cast<uint32_t>(p0)};
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return x;
}

TEST(Philox, EveryLaneIsItsCounter) {
  for (const uint64_t group : {uint64_t{0}, uint64_t{7}, (uint64_t{1} << 28) - 1, uint64_t{1} << 40}) {
    constexpr uint64_t kKey = 0x243f6a8885a308d3;
    std::vector<uint32_t> words(kWordsPerGroup);
    philox_words(kKey, group, words.data(), kWordsPerGroup);
    for (uint64_t lane = 0; lane < 16; ++lane) {
      const auto expected = slow_block(kKey, group * 16 + lane);
      for (uint64_t i = 0; i < 4; ++i) ASSERT_EQ(words[i * 16 + lane], expected[i]);
    }
  }
}

TEST(Philox, AnyPartIsThePartOfTheWhole) {
  std::vector<float> whole(1000), part(300);
  philox_normal(5, 0, whole.data(), 1000);
  philox_normal(5, 2, part.data(), 300);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 2 * kWordsPerGroup));
}

TEST(Philox, NormalsAreTheirFormulaInDouble) {
  constexpr int64_t kCount = 64 * 2000;
  std::vector<uint32_t> words(kCount);
  std::vector<float> normals(kCount);
  philox_words(9, 3, words.data(), kCount);
  philox_normal(9, 3, normals.data(), kCount);
  double worst = 0.0;
  for (size_t g = 0; g < words.size(); g += 64) {
    for (size_t pair = 0; pair < 2; ++pair) {
      for (size_t lane = 0; lane < 16; ++lane) {
        const size_t at = g + pair * 32 + lane;
        const double u = 1.0 - (words[at] >> 8) * 0x1p-24, turn = 2 * M_PI * (words[at + 16] >> 8) * 0x1p-24;
        const double radius = std::sqrt(-2 * std::log(u));
        worst = std::max({worst, std::abs(normals[at] - radius * std::cos(turn)),
                          std::abs(normals[at + 16] - radius * std::sin(turn))});
      }
    }
  }
  EXPECT_LT(worst, 4e-6);
}

TEST(Philox, EveryFamilyOfProcessorsGivesTheSameNumbers) {
  constexpr int64_t kCount = 64 * 500 + 17;
  std::vector<float> expected(kCount), found(kCount);
  kernel::kBaselineKernels.normal(3, 1, expected.data(), kCount);
  for (const auto family : {ProcessorFamily::kAvx2, ProcessorFamily::kAvx512}) {
    if (family > processor_family()) continue;
    kernel::kernels_for(family).normal(3, 1, found.data(), kCount);
    EXPECT_EQ(found, expected);
  }
}

TEST(Philox, MasksKeepTheirShare) {
  constexpr int64_t kCount = 1'000'000;
  std::vector<float> mask(kCount);
  philox_mask(1, 0, /*threshold=*/58982, 2.0f, mask.data(), kCount);
  const auto kept = static_cast<double>(std::ranges::count(mask, 2.0f)), p = 58982 / 65536.0;
  EXPECT_EQ(std::ranges::count(mask, 0.0f), kCount - static_cast<int64_t>(kept));
  EXPECT_NEAR(kept / kCount, p, 6 * std::sqrt(p * (1 - p) / kCount));
  philox_mask(1, 0, 65536, 2.0f, mask.data(), kCount);
  EXPECT_EQ(std::ranges::count(mask, 2.0f), kCount);
}

}  // namespace
}  // namespace vrkn::kernel::philox_test
