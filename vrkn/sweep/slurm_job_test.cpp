#include "vrkn/sweep/slurm_job.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::sweep::slurm_job_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

Sweep two_runs() {
  Sweep sweep;
  sweep.settings.name = "mine";
  sweep.runs = {{"a", {}}, {"b's", {}}};
  for (SweepRun& run : sweep.runs) run.config.threads = 3;
  return sweep;
}

TEST(SlurmJob, AsksForWhatTheSweepSays) {
  Sweep sweep = two_runs();
  std::string script = slurm_script(sweep, SweepFolder("/x"), {"vrkn"});
  for (const char* line :
       {"#SBATCH --job-name=mine\n", "#SBATCH --array=0-1\n", "#SBATCH --requeue\n", "#SBATCH --signal=B:TERM@60\n",
        "#SBATCH --cpus-per-task=3\n", "#SBATCH --output=\"/x/.sweep/slurm/%A_%a.log\"\n"}) {
    EXPECT_THAT(script, HasSubstr(line));
  }
  EXPECT_THAT(script, Not(HasSubstr("--partition")));
  sweep.settings.slurm = {.partition = "night",
                          .account = "us",
                          .time = "1:00:00",
                          .mem = "4G",
                          .cpus = 2,
                          .gpus = 1,
                          .max_parallel = 5,
                          .options = {"--nice=3"}};
  script = slurm_script(sweep, SweepFolder("/x"), {"vrkn"});
  for (const char* line :
       {"#SBATCH --array=0-1%5\n", "#SBATCH --cpus-per-task=2\n", "#SBATCH --gpus=1\n", "#SBATCH --partition=night\n",
        "#SBATCH --account=us\n", "#SBATCH --time=1:00:00\n", "#SBATCH --mem=4G\n", "#SBATCH --nice=3\n"}) {
    EXPECT_THAT(script, HasSubstr(line));
  }
}

/// What a task of the array prints whose `vrkn` is the shell script `program`.
std::string run_task(const std::string& program, const std::string& task, int& code) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "vrkn it's", "#!/bin/bash\n" + program);
  std::filesystem::permissions(folder / "vrkn it's", std::filesystem::perms::owner_all);
  write_file_atomically(folder / "job.sh", slurm_script(two_runs(), SweepFolder(folder.path()),
                                                        {(folder / "vrkn it's").string(), "sweep", "my file.toml"}));
  const std::string output = (folder / "output").string();
  const int status = std::system(
      ("SLURM_ARRAY_TASK_ID=" + task + " bash " + (folder / "job.sh").string() + " > " + output + " 2>&1").c_str());
  code = WEXITSTATUS(status);
  return read_file(output);
}

TEST(SlurmJob, ATaskIsOneRunAndItsExitCodeIsTheRuns) {
  int code = 0;
  EXPECT_EQ(run_task("printf '%s|' \"$@\"; exit 3", "1", code), "sweep|my file.toml|--only|b's|");
  EXPECT_EQ(code, 3);
  EXPECT_EQ(run_task("printf '%s|' \"$@\"", "0", code), "sweep|my file.toml|--only|a|");
  EXPECT_EQ(code, 0);
}

TEST(SlurmJob, ASignalIsPassedOnAndTheRunsEndAwaited) {
  int code = 0;
  // The program signals the script, as Slurm does, and takes its time to end.
  EXPECT_EQ(run_task("trap 'echo saved; exit 0' TERM; kill -TERM $PPID; while true; do read -t 0.01 <> <(:); done", "0",
                     code),
            "saved\n");
  EXPECT_EQ(code, 0);
}

TEST(SlurmJob, FoldersThatSlurmCannotRead) {
  EXPECT_THAT([] { slurm_script(two_runs(), SweepFolder("/x\"y"), {"vrkn"}); },
              ThrowsMessage<ConfigError>(HasSubstr("cannot stand in a script for Slurm")));
  EXPECT_THAT(slurm_script(two_runs(), SweepFolder("/50%"), {"vrkn"}), HasSubstr("\"/50%%/.sweep/slurm/%A_%a.log\""));
}

TEST(SlurmJob, ShellWords) {
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
}

}  // namespace
}  // namespace vrkn::sweep::slurm_job_test
