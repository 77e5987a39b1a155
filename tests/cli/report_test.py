"""vrkn report: its files, its numbers, and what it refuses."""
import csv
import json
import pathlib
import re
import shutil
import statistics
import subprocess

from synthetic_runs import write_calibration, write_run
from vrkn_cli import VRKN, CliTest, main, vrkn

STEPS = (0, 50_000, 100_000)


class ReportTest(CliTest):
    def setUp(self):
        super().setUp()
        self.runs = self.folder / "runs"
        for task in ("cheetah_run", "walker_walk"):
            for m, model in enumerate(("rssm", "vrkn")):
                for seed in range(3):
                    returns = [float(seed), 50.0 * m + 7 * seed, 100.0 * m + 20 * seed + (40 if task == "walker_walk" else 0)]
                    write_run(self.runs / task / f"{model}{seed}", task, model, seed, steps=STEPS, returns=returns)
        self.out = self.folder / "out"

    def report(self, *arguments, check=0):
        return vrkn("report", self.runs, "--out", self.out, *arguments, check=check)

    def table(self, name):
        with open(self.out / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def page_data(self):
        html = (self.out / "index.html").read_text()
        return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL).group(1))

    def test_files_and_numbers(self):
        text = self.report("--title", "Two models").stdout
        self.assertEqual({path.name for path in self.out.iterdir()},
                         {"index.html", "runs.csv", "curves.csv", "mean_curves.csv", "scores.csv", "overall.csv",
                          "improvement.csv", "published.csv", "curves.svg", "curves.png", "overall.svg", "overall.png",
                          "improvement.svg", "improvement.png"})
        self.assertIn("index.html", text)
        self.assertRegex(text, r"cheetah_run +100000 +3 +120\.0 \[100\.0, 140\.0\] +vrkn")
        self.assertEqual((self.out / "curves.png").read_bytes()[:4], b"\x89PNG")
        self.assertIn("walker walk", (self.out / "curves.svg").read_text())

        curves = {(row["task"], row["group"], int(row["step"])): row for row in self.table("curves.csv")}
        self.assertEqual(len(curves), 12)
        found = curves["walker_walk", "vrkn", 100_000]
        values = [140.0, 160.0, 180.0]
        quartiles = statistics.quantiles(values, n=4, method="inclusive")
        self.assertEqual([float(found[key]) for key in ("quartile_25", "median", "quartile_75")], quartiles)
        self.assertEqual(found["runs"], "3")
        overall = {(row["group"], row["statistic"]): row for row in self.table("overall.csv")}
        self.assertEqual(float(overall["vrkn", "mean"]["value"]), 140.0)
        self.assertEqual(float(overall["vrkn", "interquartile_mean"]["value"]), 140.0)  # of 100 120 140 140 160 180
        [pair] = self.table("improvement.csv")
        self.assertEqual((pair["group"], pair["over"], float(pair["probability"])), ("vrkn", "rssm", 1.0))
        self.assertEqual(len(self.table("runs.csv")), 12)

        data = self.page_data()
        self.assertEqual([group["label"] for group in data["groups"]], ["rssm", "vrkn"])
        self.assertEqual(data["tasks"][1]["groups"][1]["curve"]["median"], [1, 57, 160])
        self.assertEqual(data["skipped"], [])

    def test_the_same_runs_give_the_same_files(self):
        self.report()
        first = {path.name: path.read_bytes() for path in self.out.iterdir()}
        vrkn("report", self.runs, "--out", self.folder / "again")
        again = {path.name: path.read_bytes() for path in (self.folder / "again").iterdir()}
        self.assertEqual(first, again)

    def test_damaged_runs_are_named_and_left_out(self):
        (self.runs / "cheetah_run" / "rssm0" / "config.toml").write_text("seed = ")
        with open(self.runs / "cheetah_run" / "rssm1" / "metrics.jsonl", "a", encoding="utf-8") as file:
            file.write("{broken}\n")
        (self.runs / "cheetah_run" / "rssm2" / "config.toml").unlink()
        write_calibration(self.runs / "sure")
        (self.runs / "sure" / "calibration.json").write_text("[]")
        errors = self.report().stderr
        for part in ("rssm0", "line 7", "no config.toml", "calibration.json"):
            self.assertIn(part, errors)
        self.assertEqual(len(errors.strip().splitlines()), 4)
        self.assertEqual(len(self.table("runs.csv")), 9)
        self.assertEqual(len(self.page_data()["skipped"]), 4)

    def test_options(self):
        self.report("--group-by", "environment.task", "--at", "75000", "--resamples", "10")
        groups = {row["group"] for row in self.table("scores.csv")}
        self.assertEqual(groups, {"cheetah_run", "walker_walk"})
        self.assertEqual({row["step"] for row in self.table("scores.csv")}, {"75000"})
        vrkn("report", self.runs, "--out", self.folder / "loss", "--metric", "train/loss/total")
        with open(self.folder / "loss" / "scores.csv", newline="", encoding="utf-8") as file:
            self.assertAlmostEqual(float(next(csv.DictReader(file))["mean"]), 99.0)
        self.assertIn("No run has a value", (self.folder / "loss" / "index.html").read_text())

    def test_runs_without_a_value_yet_still_give_a_page(self):
        self.assertIn("no run has recorded held_out/bound", self.report("--metric", "held_out/bound").stderr)
        self.assertEqual(self.page_data()["tasks"], [])
        self.assertFalse((self.out / "curves.svg").exists())

    def test_runs_are_named_from_the_reports_folder_and_copies_are_named(self):
        shutil.copytree(self.runs / "cheetah_run" / "rssm0", self.runs / "cheetah_run" / "copy")
        done = subprocess.run([pathlib.Path(VRKN).absolute(), "report", "runs", "--out", "out"], cwd=self.folder, capture_output=True, text=True,
                              check=True)
        self.assertEqual(done.stderr.count("have the same model, task and seed (0)"), 1, done.stderr)
        self.assertIn("../runs/walker_walk/vrkn1", {row["path"] for row in self.table("runs.csv")})

    def test_a_real_run(self):
        run = self.train("real", "--set", "training.iterations=2")
        vrkn("report", run, "--out", self.out)
        data = self.page_data()
        self.assertEqual(data["runs"][0]["name"], "real")
        self.assertEqual([task["name"] for task in data["tasks"]], ["double_integrator"])
        self.assertTrue(data["media_items"][0]["source"].startswith("data:image/png;base64,"))
        self.assertEqual(data["media_items"][0]["title"], "reconstruction of image")

    def test_bad_input(self):
        full = self.folder / "full"
        full.mkdir()
        (full / "note").write_text("mine")
        empty = self.folder / "empty"
        empty.mkdir()
        for arguments, part in (([self.folder / "none", "--out", self.out], "none"),
                                ([empty, "--out", self.out], "no readable run"),
                                ([self.runs, "--out", full], "not empty"),
                                ([self.runs, "--out", self.out, "--group-by", "model.knd"], "model.kind"),
                                ([self.runs, "--out", self.out, "--metric", "return"], "evaluate/return"),
                                ([self.runs, "--out", self.out, "--resamples", 0], "--resamples"),
                                ([self.runs, "--out", self.out, "--at", 0], "--at"),
                                ([self.runs], "--out")):
            self.assertIn(part, vrkn("report", *arguments, check=2).stderr)
        self.assertFalse(self.out.exists())
        self.assertEqual([path.name for path in full.iterdir()], ["note"])


if __name__ == "__main__":
    main()
