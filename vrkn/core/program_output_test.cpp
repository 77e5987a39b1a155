#include "vrkn/core/program_output.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::program_output_test {
namespace {

std::vector<std::string> shell(const std::string& script) {
  return {"sh", "-c", script};
}

TEST(ProgramOutput, IsAllThatTheProgramPrintsAndHowItEnds) {
  // More than a pipe holds.
  const ProgramOutput output = run_program(shell("seq 100000; echo one >&2; echo two >&2; exit 3")).value();
  EXPECT_EQ(output.printed.size(), 588'895u);
  EXPECT_TRUE(output.printed.ends_with("99999\n100000\n"));
  EXPECT_EQ(output.last_complaint, "two");
  EXPECT_EQ(output.status.code, 3);
  EXPECT_EQ(run_program(shell("kill -9 $$"))->status.signal, 9);
}

TEST(ProgramOutput, ThereIsNoneAfterAStop) {
  // A program that would run for ever, were it not asked to end.
  EXPECT_FALSE(run_program(shell("while :; do echo on; done"), [] { return true; }));
}

TEST(ProgramOutput, AMissingProgramIsNamed) {
  EXPECT_THROW(run_program({"no-such-program"}), DataError);
}

}  // namespace
}  // namespace vrkn::program_output_test
