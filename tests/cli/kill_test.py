"""Runs that are killed or stopped, or whose disk is full or fails, at chosen and at random system calls, and resumed, equal
the run that nobody disturbed.

    VRKN_KILLS=1000 kill_test.py VRKN     so many at random calls
"""
import os
import random
import re
import shutil
import signal
import subprocess
import time

from faults import check_no_halves, disturbed, learned, outcome
from vrkn_cli import VRKN, CliTest, main, vrkn

SIGKILL = -9
KILLS = int(os.environ.get("VRKN_KILLS", "12"))
# How lives end: as a whole; killed; with SIGTERM, saved; with a disk that is full, a quota, a disk that fails.
ENDS = {"kill": (0, SIGKILL), "torn": (0, SIGKILL), "term": (0, 143), "full": (0, 2), "quota": (0, 2), "broken": (0, 2)}

# In the midst of every kind of write: (part of the path, calls, which of them, how).
PROVOKED = [
    ("environment.json", "rename", 1, "kill"),
    ("config.toml", "rename", 1, "kill"),
    ("config.toml", "rename", 1, "torn"),  # the run is begun, and has nothing yet
    ("episodes/.vrkn", "write", 2, "torn"),
    ("episodes/000001.npz", "rename", 1, "kill"),
    ("checkpoints/.vrkn", "write", 1, "torn"),
    ("checkpoints/", "rename", 2, "kill"),
    ("checkpoints/", "rename", 1, "torn"),  # visible, but the folder is not synchronised
    ("checkpoints/update", "remove", 1, "kill"),
    ("metrics.jsonl", "write", 3, "torn"),
    ("tfevents", "write", 4, "torn"),
    ("videos/", "rename", 1, "kill"),
]


class DisturbedTest(CliTest):
    more = []  # options

    def setUp(self):
        super().setUp()
        self.options = ["--set", "training.keep_checkpoints=2", "--set", "training.iterations=6", *self.more]
        self.undisturbed = outcome(self.train("whole", *self.options))

    def live(self, run, **fault):
        """One life of a run, from wherever it stands. Returns the exit code."""
        begin = ["--config", self.config, "--out", run, *self.options]
        arguments = ["train", *(["--resume", run] if (run / "config.toml").exists() else begin)]
        done = disturbed(arguments, **fault)
        self.assertIn(done.returncode, ENDS[fault.get("action", "kill")], done.stderr)
        check_no_halves(run)
        return done.returncode

    def expect_undisturbed(self, run):
        found = outcome(run)
        for what, expected in self.undisturbed.items():
            self.assertEqual(found[what], expected, what)
        self.assertEqual([path for path in run.rglob(".vrkn-*")], [])
        vrkn("inspect", run)

    def provoke(self):
        """Kills a run in the midst of every kind of write."""
        run = self.folder / "provoked"
        for path, calls, at, action in PROVOKED:
            code = self.live(run, path=path, calls=calls, at=at, action=action)
            self.assertEqual(code, SIGKILL, f"{path} {calls} was not reached")
        self.assertEqual(self.live(run), 0)
        self.expect_undisturbed(run)

    def end_anywhere(self, wanted, first=1):
        """Ends runs at random system calls of every life, from the first allowed one on, so often in all."""
        chance = random.Random(1)
        ends = runs = 0
        while ends < wanted:
            runs += 1
            run = self.folder / f"ended{runs}"
            code = SIGKILL
            while code != 0:
                # Once there were enough, the run may come to its own end.
                at = chance.randint(first, 120) if ends < wanted else 0
                code = self.live(run, path=run, at=at, action=chance.choice(list(ENDS)))
                ends += code != 0
            self.expect_undisturbed(run)
            shutil.rmtree(run)


class KillTest(DisturbedTest):
    def test_in_the_midst_of_every_kind_of_write(self):
        self.provoke()

    def test_anywhere(self):
        self.end_anywhere(KILLS)

    def test_going_on_from_an_older_checkpoint(self):
        run = self.train("again", *self.options)
        newest, older = sorted((run / "checkpoints").iterdir())[:-3:-1]
        done = disturbed(["train", "--resume", run, "--checkpoint", older.name], path="episodes/.vrkn", calls="write",
                         at=1, action="kill")
        self.assertEqual(done.returncode, SIGKILL, done.stderr)
        self.assertFalse(newest.exists())  # of a future that the run has left
        self.assertEqual(self.live(run), 0)
        self.expect_undisturbed(run)

    def test_what_stands_behind_the_checkpoint_is_cut_off(self):
        run = self.train("long", *self.options, "--set", "training.iterations=3")
        checkpoint = run / "checkpoints" / "update_00000008.ckpt"
        self.assertEqual(learned(checkpoint)[1]["iteration"], 2)
        for name in ("metrics.jsonl", "events.out.tfevents.vrkn"):
            with open(run / name, "ab") as file:
                file.write(b"of a future that never came " * 10000)  # more than the run will write
        shutil.copy(run / "episodes" / "000001.npz", run / "episodes" / "000099.npz")
        config = run / "config.toml"
        config.write_text(re.sub(r"(?m)^iterations = 3\b", "iterations = 6", config.read_text()))
        vrkn("train", "--resume", run, "--checkpoint", checkpoint.name)
        self.expect_undisturbed(run)


class KillWhileCollectingAndLearningTest(DisturbedTest):
    more = ["--set", "training.async_collection=true"]

    def test_in_the_midst_of_every_kind_of_write(self):
        self.provoke()

    def test_anywhere(self):
        self.end_anywhere(KILLS // 4, first=20)  # how a run begins is the other class's matter


class StopInAProductTest(CliTest):
    def test_a_handler_leaves_what_a_product_keeps_below_the_stack_pointer(self):
        run = self.train("run", "--set", "training.iterations=0", "--set", "model.latent_dim=128", "--set",
                         "model.hidden_dim=200")
        checked = {"LD_PRELOAD": "libc_malloc_debug.so.0", "GLIBC_TUNABLES": "glibc.malloc.check=3"}
        with subprocess.Popen([VRKN, "rollout", "--policy", run, "--set", "agent.population_size=20000"],
                              env=os.environ | checked, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as playing:
            time.sleep(3.0)  # it plans
            for _ in range(200):
                playing.send_signal(signal.SIGTERM)
                time.sleep(0.005)
            errors = playing.stderr.read().decode()
        self.assertIn(playing.returncode, (128 + signal.SIGTERM, -signal.SIGTERM), errors)


if __name__ == "__main__":
    main()
