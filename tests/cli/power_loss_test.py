"""The machine stops at a random moment, and its disk has only what was synchronised, and any part of the rest
(power_loss.py). Runs, fits, sweeps and evaluations go on and come to the end that nobody disturbed.

    power_loss_test.py VRKN                            five losses each
    VRKN_POWER_LOSSES=1000 power_loss_test.py VRKN     so many each
"""
import os
import pathlib
import random
import shutil
import signal
import subprocess

from faults import check_no_halves, environment, outcome
from power_loss import Disk
from vrkn_cli import TINY, VRKN, CliTest, main, vrkn

LOSSES = int(os.environ.get("VRKN_POWER_LOSSES", "5"))


def end_session(session):
    """Ends all processes of a session: a machine without power has none."""
    while True:
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                state, _, _, owner = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(owner) == session and state not in "ZX":
                found.append(int(folder.name))
        if not found:
            return
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass


class PowerLossTest(CliTest):
    def setUp(self):
        super().setUp()
        self.tree = self.folder / "disk"
        self.tree.mkdir()
        self.trace = self.folder / "trace"
        self.chance = random.Random(1)

    def live(self, arguments, at, calls=""):
        """One life of a command that loses power at its call number `at` (0: never). Returns its exit code."""
        disk = Disk(self.tree)
        self.trace.unlink(missing_ok=True)
        fault = environment(path=self.tree, at=at, calls=calls, action="powerloss", trace=self.trace, tree=self.tree)
        process = subprocess.Popen([VRKN, *map(str, arguments)], env=fault, start_new_session=True, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = process.communicate(timeout=300)
        end_session(process.pid)
        self.assertIn(process.returncode, (0, -signal.SIGKILL), output)
        disk.follow(self.trace)
        if process.returncode == 0:
            disk.check()  # what it has made must stay as well
        durable = self.newest_checkpoints(disk.durable)
        disk.lose_power(self.chance)
        found = self.newest_checkpoints(map(str, self.tree.rglob("*.ckpt")))
        for folder, name in durable.items():
            self.assertGreaterEqual(found.get(folder, ""), name)
        return process.returncode

    def newest_checkpoints(self, paths):
        """The newest of every run among these paths."""
        newest = {}
        for path in sorted(map(pathlib.Path, paths)):
            if path.suffix == ".ckpt":
                newest[path.parent] = path.name
        return newest

    def lose_power_anywhere(self, command, check, furthest):
        """`command` says how to begin, or to go on; `check` looks at what was made. LOSSES losses, of which many hit one and
        the same attempt."""
        losses = 0
        while losses < LOSSES:
            for path in self.tree.iterdir():
                shutil.rmtree(path)
            code = -signal.SIGKILL
            while code != 0:
                at = self.chance.randint(1, furthest) if losses < LOSSES else 0
                code = self.live(command(), at)
                losses += code != 0
            check()

    def compare(self, found, expected):
        """Removed checkpoints may be there again: nobody goes on from a run that has ended."""
        found["checkpoints"] = {name: found["checkpoints"].get(name) for name in expected["checkpoints"]}
        for what in expected:
            if found[what] != expected[what]:
                both = isinstance(expected[what], dict)
                names = [str(name) for name in expected[what] if found[what].get(name) != expected[what][name]] if both else []
                self.fail(f"{what} differ from those of the undisturbed run: {', '.join(names)}")

    def test_train(self):
        options = ["--config", self.config, "--set", "training.keep_checkpoints=2", "--set", "training.iterations=6"]
        undisturbed = outcome(self.train("whole", *options[2:]))
        run = self.tree / "run"

        def command():
            check_no_halves(run)
            return ["train", *(["--resume", run] if (run / "config.toml").exists() else [*options, "--out", run])]

        def check():
            self.compare(outcome(run), undisturbed)
            vrkn("inspect", run)

        self.lose_power_anywhere(command, check, 120)

    def test_fit(self):
        episodes, run = self.folder / "episodes", self.tree / "run"
        vrkn("rollout", "--config", self.config, "--episodes", 4, "--out", episodes)
        options = ["--data", episodes, "--held-out", 0.25, "--config", self.config, "--set", "training.iterations=8"]
        vrkn("fit", *options, "--out", self.folder / "whole")

        def command():
            check_no_halves(run)
            return ["fit", *(["--resume", run] if (run / "config.toml").exists() else [*options, "--out", run])]

        def results(path):
            files = {file.relative_to(path): file.read_bytes() for file in path.glob("calibration/*.json")}
            return {**outcome(path), "held-out": (path / "held-out.json").read_bytes(), "calibration": files}

        undisturbed = results(self.folder / "whole")
        self.assertTrue(undisturbed["calibration"])
        self.lose_power_anywhere(command, lambda: self.compare(results(run), undisturbed), 70)

    def test_sweep(self):
        file, out = self.folder / "mine.toml", self.tree / "out"
        file.write_text('base = "tiny.toml"\nprocesses = 2\n[grid]\nmodel.kind = ["rssm", "vrkn"]\n')
        vrkn("sweep", file, "--out", self.folder / "whole")
        names = ["rssm", "vrkn"]

        def check():
            for name in names:
                self.compare(outcome(out / name), outcome(self.folder / "whole" / name))
            self.assertEqual(vrkn("sweep", file, "--out", out, "--status").stdout.count(" finished "), len(names))

        self.lose_power_anywhere(lambda: ["sweep", file, "--out", out], check, 120)

    def test_eval(self):
        whole = self.train("whole")
        run, out = self.tree / "run", self.tree / "found"
        options = ["--episodes", 6, "--uncertainty", "--horizon", 2, "--fit-recalibration", "--fit-monitor", "--out"]

        def results(run, out):
            return {**{path.relative_to(run): path.read_bytes() for path in run.glob("*.json")},
                    **{path.relative_to(out): path.read_bytes() for path in out.glob("*.json")}}

        shutil.copytree(whole, self.folder / "other")
        vrkn("eval", self.folder / "other", *options, self.folder / "expected")
        expected = results(self.folder / "other", self.folder / "expected")

        def command():
            if not run.exists():
                shutil.copytree(whole, run)
            self.assertEqual(outcome(run), outcome(whole))
            shutil.rmtree(out, ignore_errors=True)
            return ["eval", run, *options, out]

        self.lose_power_anywhere(command, lambda: self.assertEqual(results(run, out), expected), 25)


if __name__ == "__main__":
    main()
