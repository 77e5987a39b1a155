#include "vrkn/presentation/imagined_summary.h"

#include <initializer_list>
#include <string_view>

#include <gtest/gtest.h>

namespace vrkn::presentation::imagined_summary_test {
namespace {

/// Two steps seen with errors 2 and 4, then errors that are the number of the imagined step.
ImaginedSummary summary(int64_t horizon) {
  std::vector<double> errors{2.0, 4.0};
  for (int64_t step = 1; step <= horizon; ++step) errors.push_back(static_cast<double>(step));
  return {.task = "counter",
          .context = 2,
          .horizon = horizon,
          .samples = 5,
          .episodes = {"000000"},
          .runs = {{.path = "runs/one", .label = "one", .errors = {{"state", errors}}}}};
}

std::string columns(std::initializer_list<const char*> cells) {
  std::string line;
  for (const std::string_view cell : cells) line.append(11 - cell.size(), ' ').append(cell);
  return line + "\n";
}

TEST(ImaginedSummary, TheTableShowsWhatWasSeenAndSomeStepsTheLastAmongThem) {
  const std::string first = "mean squared error of the imagined step (seen: mean over the context of 2)\n";
  const std::string run = std::string("run") + std::string(34, ' ');
  const std::string one = std::string("one") + std::string(18, ' ') + "state" + std::string(11, ' ');
  EXPECT_EQ(to_table(summary(12)), first + run + columns({"seen", "1", "2", "5", "10", "12"}) + one +
                                       columns({"3", "1", "2", "5", "10", "12"}));
  EXPECT_EQ(to_table(summary(2)), first + run + columns({"seen", "1", "2"}) + one + columns({"3", "1", "2"}));
  EXPECT_EQ(to_table(summary(0)), first + run + columns({"seen"}) + one + columns({"3"}));
}

TEST(ImaginedSummary, JsonHasEveryStepOfEveryRun) {
  ImaginedSummary two = summary(3);
  two.runs.push_back(two.runs.front());
  two.runs.back().label = "other";
  const nlohmann::ordered_json json = to_json(two);
  EXPECT_EQ(json["runs"][1]["label"], "other");
  EXPECT_EQ(json["runs"][1]["squared_error"]["state"], nlohmann::json({2.0, 4.0, 1.0, 2.0, 3.0}));
  EXPECT_EQ(json["data"], "");
}

}  // namespace
}  // namespace vrkn::presentation::imagined_summary_test
