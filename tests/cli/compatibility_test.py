"""Runs of every version, as it wrote them (tests/golden/make_runs.py): this one inspects them, plays them, imagines with
them, goes on with them, compares them, and brings them to its own form."""
import json
import pathlib
import shutil

from vrkn_cli import CliTest, main, metrics, vrkn

VERSIONS = sorted((pathlib.Path(__file__).resolve().parents[1] / "golden" / "runs").iterdir())


class CompatibilityTest(CliTest):
    def runs(self, *names):
        """Copies of the runs of every version with these names, one after the other."""
        self.assertGreaterEqual(len(VERSIONS), 2)
        for version in VERSIONS:
            for name in names:
                with self.subTest(version=version.name, run=name):
                    run = self.folder / version.name / name
                    if not run.exists():
                        shutil.copytree(version / name, run)
                    self.assertEqual(json.loads((run / "environment.json").read_text())["vrkn"], version.name)
                    yield version, run

    def play(self, version, run):
        """Plays as its own version did, to the precision of single numbers."""
        expected = json.loads((version / f"{run.name}.json").read_text())["returns"]
        found = json.loads(vrkn("eval", run, "--episodes", len(expected), "--json").stdout)["returns"]
        for ours, theirs in zip(found, expected, strict=True):
            self.assertAlmostEqual(ours, theirs, delta=1e-3 * abs(theirs))

    def test_they_are_whole(self):
        for _, run in self.runs("planet", "dreamer", "fit"):
            vrkn("inspect", run)

    def test_agents_play_as_they_did(self):
        for version, run in self.runs("planet", "dreamer"):
            self.play(version, run)

    def test_models_imagine(self):
        for version, run in self.runs("planet", "dreamer"):
            vrkn("imagine", run, "--horizon", 3, "--out", self.folder / "imagined" / version.name / run.name)

    def test_they_go_on(self):
        for _, run in self.runs("planet", "dreamer"):
            vrkn("train", "--resume", run, "--set", "training.iterations=3")
            self.assertEqual(metrics(run)[-1]["iteration"], 3)
            vrkn("inspect", run)

    def test_they_are_compared(self):
        for _ in self.runs("planet", "dreamer"):
            pass
        vrkn("report", self.folder, "--out", self.folder / "report")
        rows = (self.folder / "report" / "runs.csv").read_text()
        for version in VERSIONS:
            for name in ("planet", "dreamer"):
                self.assertIn(f"{version.name}/{name}", rows)

    def test_they_are_migrated(self):
        for version, run in self.runs("planet", "dreamer", "fit"):
            vrkn("inspect", run, "--migrate")
            self.assertIn("nothing was changed", vrkn("inspect", run, "--migrate").stdout)
            if run.name != "fit":
                self.play(version, run)
                vrkn("train", "--resume", run)  # which has ended


if __name__ == "__main__":
    main()
