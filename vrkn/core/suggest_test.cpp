#include "vrkn/core/suggest.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace vrkn::suggest_test {
namespace {

const std::vector<std::string> kNames = {"cartpole_swingup", "cartpole_balance", "cheetah_run", "walker_run", "ab"};

TEST(Suggest, FindsTheNameBehindATypingError) {
  EXPECT_EQ(nearest("cartpole_swing", kNames), "cartpole_swingup");    // two letters missing
  EXPECT_EQ(nearest("cheetah_runn", kNames), "cheetah_run");           // one too many
  EXPECT_EQ(nearest("walter_run", kNames), "walker_run");              // one replaced
  EXPECT_EQ(nearest("cratpole_balance", kNames), "cartpole_balance");  // neighbours swapped
  EXPECT_EQ(nearest("cheetah_run", kNames), "cheetah_run");
}

TEST(Suggest, ASwapOfNeighboursIsOneEdit) {
  // Two edits would be more than half of two letters.
  EXPECT_EQ(nearest("ba", kNames), "ab");
}

TEST(Suggest, EndsAMessage) {
  EXPECT_EQ(did_you_mean("nine", std::vector<std::string>{"mine"}), "; did you mean 'mine'?");
}

TEST(Suggest, TheFirstOfEqualsWins) {
  EXPECT_EQ(nearest("nine", std::vector<std::string>{"mine", "line"}), "mine");
}

TEST(Suggest, SaysNothingWhenNothingIsClose) {
  EXPECT_EQ(nearest("humanoid", kNames), "");
  EXPECT_EQ(nearest("", kNames), "");
  EXPECT_EQ(nearest("cheetah", {}), "");
  EXPECT_EQ(did_you_mean("humanoid", kNames), "");
}

}  // namespace
}  // namespace vrkn::suggest_test
