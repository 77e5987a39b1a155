#include "vrkn/math/out_of_memory.h"

#include <new>
#include <stdexcept>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrkn::math::out_of_memory_test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The sentence of what `work` throws.
template <class Work>
std::string sentence_when(const Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    return sentence_of(error);
  }
  return "nothing was thrown";
}

TEST(OutOfMemory, LibTorchsAllocatorSaysHowMuchWasAskedFor) {
  const auto allocate = [] { return at::empty({int64_t{1} << 50}); };
  EXPECT_EQ(sentence_when(allocate), "out of memory: 4.5 PB more were asked for and not given");
  EXPECT_THAT([&] { explaining_lack_of_memory("; the run stops", allocate); },
              testing::ThrowsMessage<OutOfMemoryError>(
                  "out of memory: 4.5 PB more were asked for and not given; the run stops"));
}

TEST(OutOfMemory, TheStandardLibrarysToo) {
  EXPECT_EQ(sentence_when([] { throw std::bad_alloc(); }), "out of memory");
  EXPECT_THAT([] { explaining_lack_of_memory("", []() -> int { throw std::bad_alloc(); }); },
              testing::Throws<OutOfMemoryError>());
}

TEST(OutOfMemory, OtherFaultsKeepTheirTypeAndLoseTheirTrace) {
  const auto multiply = [] { return at::matmul(at::ones({2, 3}), at::ones({2, 3})); };
  const std::string sentence = sentence_when(multiply);
  EXPECT_THAT(sentence, Not(HasSubstr("frame #")));
  EXPECT_THAT(sentence, Not(HasSubstr("\n")));
  EXPECT_THAT(sentence, HasSubstr("2x3"));
  EXPECT_THROW(explaining_lack_of_memory("", multiply), c10::Error);
  EXPECT_THAT([] { explaining_lack_of_memory("x", []() -> int { throw ConfigError("mine"); }); },
              testing::ThrowsMessage<ConfigError>("mine"));
  EXPECT_EQ(explaining_lack_of_memory("", [] { return 3; }), 3);
}

}  // namespace
}  // namespace vrkn::math::out_of_memory_test
