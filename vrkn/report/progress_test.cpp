#include "vrkn/report/progress.h"

#include <sstream>

#include <gtest/gtest.h>

namespace vrkn::report::progress_test {
namespace {

/// A clock that the test sets, and what was printed since the last look.
struct Scene {
  double now_s = 100.0;
  std::ostringstream out;

  std::function<double()> clock() {
    return [this] { return now_s; };
  }
  std::string printed() {
    std::string text = out.str();
    out.str("");
    return text;
  }
};

TEST(Progress, ShortJobsSayNothing) {
  for (const bool terminal : {true, false}) {
    Scene scene;
    {
      Progress progress("collect", {.total = 10, .terminal = terminal}, scene.out, scene.clock());
      for (int i = 1; i <= 10; ++i) {
        scene.now_s += 0.19;
        progress.update(i);
      }
      progress.finish();
    }
    EXPECT_EQ(scene.printed(), "");
  }
}

TEST(Progress, RewritesOneLineOnATerminal) {
  Scene scene;
  {
    Progress progress("collect", {.total = 5000, .terminal = true}, scene.out, scene.clock());
    scene.now_s += 4.0;
    progress.update(1200);
    EXPECT_EQ(scene.printed(), "\r\x1b[Kcollect  1200/5000  24%  300/s  13s left");
    scene.now_s += 0.05;
    progress.update(1201);
    EXPECT_EQ(scene.printed(), "");  // too soon
    scene.now_s += 0.95;
    progress.update(10);
    EXPECT_EQ(scene.printed(), "\r\x1b[Kcollect  10/5000  0%  2/s  41m35s left");
    scene.now_s += 5.0;
    progress.update(5000);
    EXPECT_EQ(scene.printed(), "\r\x1b[Kcollect  5000/5000  100%  500/s");
    progress.finish();
    EXPECT_EQ(scene.printed(), "\r\x1b[Kcollect  5000/5000 in 10s\n");
  }
  EXPECT_EQ(scene.printed(), "");
}

TEST(Progress, ClearsTheTerminalForOthersAndAtItsEnd) {
  Scene scene;
  {
    Progress progress("train", {.total = 4, .terminal = true}, scene.out, scene.clock());
    scene.now_s += 3.0;
    progress.update(1);
    scene.printed();
    progress.clear();
    EXPECT_EQ(scene.printed(), "\r\x1b[K");
    progress.clear();
    EXPECT_EQ(scene.printed(), "");
    scene.now_s += 1.0;
    progress.update(2);
    EXPECT_EQ(scene.printed(), "\r\x1b[Ktrain  2/4  50%  0.5/s  4s left");
  }
  EXPECT_EQ(scene.printed(), "\r\x1b[K");
}

TEST(Progress, WritesPlainLinesNowAndThen) {
  Scene scene;
  Progress progress("train", {.total = 1000}, scene.out, scene.clock());
  std::string all;
  for (int second = 1; second <= 25; ++second) {
    scene.now_s += 1.0;
    progress.update(second);
    const std::string line = scene.printed();
    EXPECT_EQ(!line.empty(), second == 2 || second == 12 || second == 22) << second;
    all += line;
  }
  progress.clear();
  EXPECT_EQ(all,
            "train  2/1000  0%  1/s  16m38s left\n"
            "train  12/1000  1%  1/s  16m28s left\n"
            "train  22/1000  2%  1/s  16m18s left\n");
  progress.finish();
  EXPECT_EQ(scene.printed(), "train  25/1000 in 25s\n");
}

TEST(Progress, AResumedJobKnowsItsRate) {
  Scene scene;
  Progress progress("train", {.total = 1'000'000, .done = 900'000}, scene.out, scene.clock());
  scene.now_s += 10.0;
  progress.update(900'100);
  EXPECT_EQ(scene.printed(), "train  900100/1000000  90%  10/s  2h46m left\n");
}

TEST(Progress, TakesJobsOfUnknownSizeAndWithoutProgress) {
  Scene scene;
  Progress progress("wait", {.total = 0}, scene.out, scene.clock());
  scene.now_s += 10.0;
  progress.update(0);
  EXPECT_EQ(scene.printed(), "wait  0/0\n");
}

}  // namespace
}  // namespace vrkn::report::progress_test
