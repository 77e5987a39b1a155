#include "vrkn/bench/time_profile.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/math/profile_scope.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::bench::time_profile_test {
namespace {

double share(const std::vector<TimeShare>& shares, const std::string& name) {
  const auto found = std::ranges::find(shares, name, &TimeShare::name);
  EXPECT_NE(found, shares.end()) << name;
  return found == shares.end() ? 0.0 : found->time_s;
}

double sum(const std::vector<TimeShare>& shares) {
  double sum = 0.0;
  for (const TimeShare& entry : shares) sum += entry.time_s;
  return sum;
}

/// A clock that moves when it is told to.
struct TimeProfileTest : testing::Test {
  double time_s = 100.0;
  TimeProfile profile_by_hand(const std::function<void()>& work) {
    return profile(work, [this] { return time_s; });
  }
};

/// A clock that moves by a second whenever it is read: at the beginning and at the end of every operator.
TimeProfile profile_by_events(const std::function<void()>& work) {
  return profile(work, [time_s = 0.0]() mutable { return time_s += 1.0; });
}

TEST_F(TimeProfileTest, APartDoesNotCountThePartsInsideIt) {
  const TimeProfile found = profile_by_hand([this] {
    time_s += 1.0;
    math::profile_scope("outer", [this] {
      time_s += 2.0;
      math::profile_scope("inner", [this] { time_s += 4.0; });
      time_s += 8.0;
      math::profile_scope("inner", [this] { time_s += 16.0; });
    });
    time_s += 32.0;
    math::profile_scope("later", [this] { time_s += 64.0; });
  });
  ASSERT_EQ(found.parts.size(), 4u);
  EXPECT_EQ(found.parts[0].name, "outer");
  EXPECT_DOUBLE_EQ(found.parts[0].time_s, 10.0);
  EXPECT_EQ(found.parts[1].name, "inner");
  EXPECT_DOUBLE_EQ(found.parts[1].time_s, 20.0);
  EXPECT_EQ(found.parts[2].name, "later");
  EXPECT_DOUBLE_EQ(found.parts[2].time_s, 64.0);
  EXPECT_EQ(found.parts[3].name, "other");
  EXPECT_DOUBLE_EQ(found.parts[3].time_s, 33.0);
  EXPECT_DOUBLE_EQ(found.total_s, 127.0);
  EXPECT_DOUBLE_EQ(share(found.kinds, "rest"), 127.0);  // loops of our own
}

TEST_F(TimeProfileTest, TheBackwardPassBelongsToThePartThatStartsIt) {
  const at::Tensor a = at::ones({3}).requires_grad_();
  const TimeProfile found = profile_by_hand([&] {
    at::Tensor doubled = math::profile_scope("forward", [&] { return a * 2.0; });
    doubled.register_hook([this](const at::Tensor&) { time_s += 5.0; });
    math::profile_scope("backward", [&] { doubled.sum().backward(); });
  });
  EXPECT_DOUBLE_EQ(share(found.parts, "backward"), 5.0);
  EXPECT_DOUBLE_EQ(found.total_s, 5.0);
}

TEST_F(TimeProfileTest, LoopsOfOurOwnAreAKindAndNoPart) {
  for (const char* kind : {math::kRandomNumbers, math::kElementwise}) {
    const TimeProfile found = profile_by_hand(
        [&] { math::profile_scope("step", [&] { math::profile_scope(kind, [this] { time_s += 3.0; }); }); });
    EXPECT_DOUBLE_EQ(share(found.kinds, kind), 3.0);
    EXPECT_DOUBLE_EQ(share(found.parts, "step"), 3.0);
    EXPECT_EQ(found.parts.size(), 2u);
  }
  math::TensorGenerator rng(1);
  EXPECT_GT(share(profile_by_events([&] { rng.normal({10}); }).kinds, math::kRandomNumbers), 0.0);
}

TEST_F(TimeProfileTest, TheFastestRunCounts) {
  int runs = 0;
  const TimeProfile found = profile_by_hand([&] { time_s += runs++ == 1 ? 0.1 : 0.3; });
  EXPECT_EQ(runs, 5);
  EXPECT_NEAR(found.total_s, 0.1, 1e-9);
}

TEST(TimeProfile, KindsOfOperations) {
  const at::Tensor a = at::ones({4, 4}), picture = at::ones({1, 1, 4, 4}), kernel = at::ones({1, 1, 2, 2});
  const std::vector<std::pair<const char*, std::function<void()>>> cases = {
      {"products", [&] { at::linear(a, a); }},
      {"products",
       [&] {
         at::gru_cell(a, a, at::ones({12, 4}), at::ones({12, 4}));
       }},
      {"convolutions", [&] { at::conv2d(picture, kernel); }},
      {"elementwise", [&] { a.exp(); }},
      {"elementwise", [&] { a.sum(); }},
      {"copies",
       [&] {
         at::cat({a, a});
       }},
      {"rest", [&] { a.t(); }}};
  for (const auto& [kind, work] : cases) {
    const TimeProfile found = profile_by_events(work);
    EXPECT_DOUBLE_EQ(sum(found.kinds), found.total_s);
    EXPECT_DOUBLE_EQ(sum(found.parts), found.total_s);
    EXPECT_GT(share(found.kinds, kind), 0.0) << kind;
  }
  const TimeProfile elementwise = profile_by_events([&] { a.exp(); });
  for (const char* kind : {"products", "convolutions", "random numbers", "copies"}) {
    EXPECT_DOUBLE_EQ(share(elementwise.kinds, kind), 0.0) << kind;
  }
}

TEST(Part, ReturnsWhatTheWorkReturns) {
  int number = 3;
  EXPECT_EQ(&math::profile_scope("reference", [&]() -> int& { return number; }), &number);
  EXPECT_EQ(math::profile_scope("value", [] { return 4; }), 4);
}

}  // namespace
}  // namespace vrkn::bench::time_profile_test
