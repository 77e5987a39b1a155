// Every input in tests/fuzz/corpus, which fuzzers began with or found, and every beginning of it: read or refused, by
// every compiler and without a fuzzer.
#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/fuzz/targets.h"
#include "vrkn/core/file.h"

namespace vrkn::fuzz {
namespace {

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, IsReadOrRefused) {
  const Target& target = GetParam();
  int64_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(VRKN_CORPUS_DIR) / target.name)) {
    const std::string input = read_file(entry.path());
    SCOPED_TRACE(entry.path().filename());
    EXPECT_NO_THROW(try_input(target.read, input));
    const bool is_slow = target.name == "request" || target.name == "sweep";
    const size_t step = std::max<size_t>(1, input.size() / (is_slow ? 5 : 50));
    for (size_t size = 0; size < input.size(); size += step) {
      EXPECT_NO_THROW(try_input(target.read, std::string_view(input).substr(0, size))) << size << " bytes";
    }
    ++inputs;
  }
  EXPECT_GT(inputs, 0);
}

INSTANTIATE_TEST_SUITE_P(All, Corpus, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace vrkn::fuzz
