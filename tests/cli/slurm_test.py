"""A sweep as a Slurm job array, on a real cluster of one node that lives for the test."""
import re
import subprocess
import sys
import time

import slurm_cluster
from vrkn_cli import VRKN, CliTest, main, metrics, vrkn

if missing := slurm_cluster.missing_programs():
    print("skipped: not installed:", ", ".join(missing))
    sys.exit(77)

SWEEP = """
base = "tiny.toml"
[set]
training.iterations = 40
[grid]
seed = [1, 2, 3]
[slurm]
partition = "main"
time = "10:00"
cpus = 1
max_parallel = 2
"""


def wait_until(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what()}")
        time.sleep(0.1)


class SlurmTest(CliTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "mine.toml"
        self.file.write_text(SWEEP)
        self.out = self.folder / "a folder"
        self.cluster = slurm_cluster.SlurmCluster()
        self.cluster.__enter__()
        self.addCleanup(self.cluster.__exit__)

    def submit(self, *arguments, check=0):
        done = subprocess.run([VRKN, "sweep", self.file, "--out", self.out, "--slurm", *arguments], text=True,
                              env=self.cluster.environment, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, check, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def job(self, *arguments):
        return re.search(r"^submitted (\d+) runs as job (\d+)", self.submit(*arguments)).groups()

    def queue(self, job):
        """The tasks that are queued or running, each with its state; those that wait together are one."""
        listed = self.cluster.run("squeue", "--noheader", "--format=%K %T", "--job", job, check=False)
        return dict(line.split() for line in listed.splitlines())

    def status(self):
        return vrkn("sweep", self.file, "--out", self.out, "--status").stdout

    def has_learned(self, run, iterations):
        """Whether the run has a checkpoint, and that many iterations."""
        path = self.out / run / "metrics.jsonl"
        return path.exists() and len([r for r in metrics(self.out / run) if r["kind"] == "train"]) >= iterations

    def logs(self):
        paths = [*self.out.glob(".sweep/slurm/*"), *self.out.glob(".sweep/logs/*")]
        return "\n".join(f"== {path}\n{path.read_text()[-1500:]}" for path in paths) + self.cluster.logs()

    def wait_for_the_end(self, job):
        wait_until(lambda: not self.queue(job), lambda: f"the end of {self.queue(job)}\n{self.logs()}")

    def test_preempted_or_out_of_time_equals_undisturbed(self):
        vrkn("sweep", self.file, "--out", self.folder / "local")
        count, job = self.job()
        self.assertEqual(count, "3")
        self.assertIn(f"job {job} of this sweep is still queued or running", self.submit(check=2))

        disturb = {"seed1": ("scontrol", "requeue", f"{job}_0"),  # what preemption does
                   "seed2": ("scancel", "--signal=TERM", "--batch", f"{job}_1")}  # what comes a minute before the limit
        while disturb:  # each in time: on a busy machine one may be far ahead of the other
            wait_until(lambda: any(self.has_learned(run, 5) for run in disturb), self.logs)
            for run in [run for run in disturb if self.has_learned(run, 5)]:
                self.assertRegex(self.status(), rf"{run} +running ")
                self.cluster.run(*disturb.pop(run))
        for task, run in ((0, "seed1"), (1, "seed2")):
            log = self.out / ".sweep" / "logs" / f"{run}.log"
            wait_until(lambda: "== vrkn train --resume " in log.read_text(), self.logs)
            self.assertIn("stopped after ", log.read_text())
            self.assertRegex(self.cluster.run("scontrol", "show", "job", f"{job}_{task}"), r" Restarts=1 ")
        self.wait_for_the_end(job)
        self.assertIn("3 runs: 3 finished", self.status(), self.logs())
        for run in ("seed1", "seed2", "seed3"):
            self.assertEqual(metrics(self.out / run), metrics(self.folder / "local" / run))
        self.assertIn("nothing to do", self.submit())

    def test_cancelled_is_not_queued_again_and_can_be_submitted_again(self):
        _, job = self.job("--slurm-set", "max_parallel=1", "--slurm-set", "options=[\"--nice=3\"]")
        wait_until(lambda: self.has_learned("seed1", 3), self.logs)
        self.assertEqual(list(self.queue(job).values()).count("RUNNING"), 1)
        self.assertIn("Nice=3", self.cluster.run("scontrol", "show", "job", f"{job}_0"))
        self.cluster.run("scancel", job)
        self.wait_for_the_end(job)
        self.assertRegex(self.cluster.run("scontrol", "show", "job", f"{job}_0"), r"JobState=CANCELLED .*")
        self.assertRegex(self.status(), r"seed1 +unfinished ")
        self.assertRegex(self.status(), r"seed3 +not begun ")
        self.assertIn("stopped after ", (self.out / ".sweep" / "logs" / "seed1.log").read_text())
        count, job = self.job("--only", "seed1")
        self.assertEqual(count, "1")
        self.wait_for_the_end(job)
        self.assertRegex(self.status(), r"seed1 +finished ")

    def test_a_failed_run_fails_its_task_and_is_named(self):
        _, job = self.job("--set", "agent.learning_rate=1e38", "--only", "seed1")
        self.wait_for_the_end(job)
        self.assertIn("JobState=FAILED", self.cluster.run("scontrol", "show", "job", job))
        status = vrkn("sweep", self.file, "--out", self.out, "--set", "agent.learning_rate=1e38", "--status").stdout
        self.assertRegex(status, r"seed1 failed with exit code 1; its last line: vrkn: ")

    def test_what_sbatch_says_is_passed_on(self):
        self.assertRegex(self.submit("--slurm-set", "partition=night", check=2), r"sbatch did not take the job: .*partition")


if __name__ == "__main__":
    main()
