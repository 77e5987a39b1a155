"""vrkn study: lgssm with the exact optimum, a small study whole and someone's own sequences; aleatoric and shift; what all refuse."""
import json
import math
import random
import signal
import struct
import subprocess
import time
import xml.etree.ElementTree
import zipfile

from vrkn_cli import VRKN, CliTest, main, read_npz, vrkn, write_npz

SMALL = ("--preset", "quick", "--seeds", 2, "--sequences", 30, "--length", 10, "--set", "study.test_sequences=10",
         "--set", "study.smoother_network.updates=20", "--set", "study.filter_network.updates=10")


def rotated(matrix, angle):
    """U matrix U^T for a rotation U of the plane of the first and the last axis."""
    size = len(matrix)
    turn = [[float(i == j) for j in range(size)] for i in range(size)]
    turn[0][0] = turn[-1][-1] = math.cos(angle)
    turn[0][-1], turn[-1][0] = -math.sin(angle), math.sin(angle)
    def product(a, b):
        return [[sum(a[i][k] * b[k][j] for k in range(size)) for j in range(size)] for i in range(size)]
    return product(product(turn, matrix), [list(column) for column in zip(*turn)])


class OptimumTest(CliTest):
    def optimum(self, *arguments):
        return json.loads(vrkn("study", "lgssm", "--optimum", "--json", *arguments).stdout)

    def test_figures_of_the_default_matrix(self):
        found = self.optimum()
        rssm, endless = found["rssm"], found["rssm_stationary"]
        self.assertLess(abs(rssm["transition_var"] / 0.0257057 - 1), 1e-5)
        self.assertAlmostEqual(rssm["transition_matrix_distance"], 0.045176, delta=1e-5)
        self.assertAlmostEqual(rssm["bound"], -7.82474186, delta=1e-6)
        self.assertAlmostEqual(rssm["log_prob"], 3.190198, delta=1e-5)
        self.assertAlmostEqual(found["smoothed_log_prob"], 4.0222, delta=1e-3)
        self.assertAlmostEqual(found["posterior_log_prob"], 3.2536, delta=1e-3)
        self.assertLess(abs(endless["transition_var"] / 0.02617542 - 1), 1e-5)
        self.assertAlmostEqual(endless["transition_matrix_distance"], 0.126840, delta=1e-5)

    def test_any_matrix_in_any_basis(self):
        matrix = [[0.9, -0.3, 0.0], [0.3, 0.9, 0.0], [0.0, 0.1, 0.7]]
        here = self.optimum("--set", f"study.transition_matrix={matrix}")
        there = self.optimum("--set", f"study.transition_matrix={rotated(matrix, 0.4)}")
        for table in ("rssm", "rssm_stationary"):
            for key in ("transition_var", "transition_matrix_distance", "bound", "log_prob"):
                self.assertAlmostEqual(here[table][key], there[table][key], delta=1e-5, msg=f"{table}.{key}")
        unstable = self.optimum("--set", "study.transition_matrix=[[1.0]]")
        self.assertIsNone(unstable["rssm_stationary"])

    def test_says_what_is_wrong(self):
        for setting, words in (("study.transition_matrix=[[1,0]]", "1 rows"), ("study.transition_matrix=[[nan]]", "nan"),
                               ("study.transition_var=-1", "> 0"), ("study.transiton_var=1", "transition_var"),
                               ("study.length=1", ">= 2")):
            done = vrkn("study", "lgssm", "--optimum", "--set", setting, check=2)
            self.assertIn(words, done.stderr)
        self.assertIn("paper or quick", vrkn("study", "lgssm", "--preset", "slow", check=2).stderr)


class CartpoleTest(CliTest):
    def cartpole(self, name, *arguments):
        return self.train(name, "--set", "environment.task=cartpole_swingup", "--set", "environment.sensors=position",
                          "--set", "environment.action_repeat=20", "--set", "environment.transition_noise=0.3",
                          "--set", "environment.position.noise=0.1", "--set", "training.iterations=1", *arguments)


class AleatoricTest(CartpoleTest):
    def study(self, *arguments, check=0):
        return vrkn("study", "aleatoric", *arguments, "--episodes", 2, "--states", 3, "--futures", 5, "--steps", "1,4",
                    "--draws", 2, "--samples", 2, "--ways", 2, check=check)

    def test_worlds_models_and_numbers(self):
        runs = [self.cartpole("a"), self.cartpole("b", "--set", "seed=3"),
                self.cartpole("c", "--set", "model.kind=rssm"),
                self.cartpole("still", "--set", "environment.transition_noise=0")]
        out = self.folder / "out"
        result = json.loads(self.study(*runs, "--out", out, "--json").stdout)
        self.assertEqual(result, json.loads((out / "variances.json").read_text()))
        self.assertEqual({path.name for path in out.iterdir()},
                         {"environment.json", "variances.json", "ratios.svg", "ratios.png"})
        groups = {(g["world"], g["quantity"], g["steps_ahead"], g["model"]): g for g in result["groups"]}
        noisy, still = (f"cartpole_swingup, noise {noise}, position ± 0.1" for noise in (0.3, 0))
        self.assertEqual(set(groups), {(world, quantity, steps, model) for quantity in ("position", "reward")
                                       for steps in (1, 4) for world, model in
                                       ((noisy, "vrkn"), (noisy, "rssm"), (still, "vrkn"))})
        of = groups[noisy, "position", 1, "vrkn"]
        self.assertEqual(of["runs"], 2)
        self.assertEqual(groups[noisy, "position", 1, "rssm"]["mean"]["epistemic"], 0)
        self.assertEqual(of["mean"]["truth"], groups[noisy, "position", 1, "rssm"]["mean"]["truth"])
        self.assertAlmostEqual(of["transition_ratio"]["value"], of["mean"]["transition"] / of["mean"]["truth"], places=6)
        ratio = of["transition_ratio"]
        self.assertTrue(ratio["low"] <= ratio["value"] <= ratio["high"])
        self.assertGreater(of["mean"]["reading"], 0)
        self.assertLess(groups[still, "position", 4, "vrkn"]["mean"]["truth"], 1e-9)
        self.assertEqual([run["seed"] for run in result["runs"]],
                         [json.loads((run / "environment.json").read_text())["seed"] for run in runs])

        printed = self.study(*runs[:1], "--policy", runs[0], "--out", self.folder / "second").stdout
        self.assertIn("dynamics / world", printed)
        self.assertIn("next:", printed)

    def test_refusals(self):
        run, other = self.cartpole("a"), self.cartpole("b", "--set", "environment.transition_noise=0.1")
        out = self.folder / "out"
        for arguments, words in (((self.train("own", "--set", "training.iterations=1"),), "control suite"),
                                 ((run, "--steps", "3,2"), "must rise"), ((run, "--steps", 60), "too short"),
                                 ((run, other, "--policy", run), "only world"), ((run, "--futures", 1), "at least 2"),
                                 ((run, "--ways", 1), "at least 2")):
            done = vrkn("study", "aleatoric", *arguments, "--episodes", 1, "--out", out, check=2)
            self.assertIn(words, done.stderr)
            self.assertFalse(out.exists())


class ShiftTest(CartpoleTest):
    def test_shifts_scores_and_numbers(self):
        runs = [self.cartpole("a"), self.cartpole("b", "--set", "seed=3"),
                self.cartpole("c", "--set", "model.kind=rssm", "--set", "agent.ensemble.members=2")]
        out = self.folder / "out"
        shifts = ("physics.gravity=1", "environment.position.noise=100", "physics.actuator=0.5")
        done = vrkn("study", "shift", *runs, "--episodes", 2, "--draws", 2, "--samples", 2, "--window", 3,
                    *[word for shift in shifts for word in ("--shift", shift)], "--out", out, "--json")
        result = json.loads(done.stdout)
        self.assertEqual(result, json.loads((out / "detection.json").read_text()))
        self.assertEqual({path.name for path in out.iterdir()},
                         {"environment.json", "detection.json", "detection.svg", "detection.png"})
        found = {(d["model"], d["shift"], d["score"]): d for d in result["detections"]}
        self.assertEqual(set(found), {("vrkn", shift, score) for shift in shifts
                                      for score in ("epistemic", "density", "error", "innovation", "combined")}
                         | {("rssm", shift, score) for shift in shifts
                            for score in ("density", "error", "disagreement", "combined")})
        self.assertEqual(found["vrkn", shifts[0], "density"]["runs"], 2)
        self.assertEqual(found["rssm", shifts[1], "density"]["area_steps"]["value"], 1)  # readings as large as never
        self.assertEqual(found["rssm", shifts[1], "density"]["detected"], 1)
        self.assertLess(found["rssm", shifts[0], "density"]["area_steps"]["value"], 1)

    def test_of_pictures(self):
        run = self.cartpole("a", "--set", 'environment.sensors=["image"]', "--set", "environment.position.noise=0")
        shifts = ("readings.bias=0.5", "environment.occlusion.kind=discs")
        done = vrkn("study", "shift", run, "--episodes", 1, "--draws", 2, "--samples", 2,
                    *[word for shift in shifts for word in ("--shift", shift)], "--out", self.folder / "out", "--json")
        areas = {d["shift"]: d["area_steps"]["value"] for d in json.loads(done.stdout)["detections"] if d["score"] == "error"}
        self.assertEqual(set(areas), set(shifts))
        self.assertGreater(areas["readings.bias=0.5"], 0.99)  # no model expects a picture that bright

    def test_refusals(self):
        run, out = self.cartpole("a"), self.folder / "out"
        for arguments, words in (((self.train("own", "--set", "training.iterations=1"),), "control suite"),
                                 ((run, "--shift", "physics.mass=0"), "> 0"), ((run, "--shift", "physics.mas=2"), "mass"),
                                 ((run, "--shift", "environment.task=reacher_easy"), "learned with"),
                                 ((run, "--false-alarms", 1), "below 1"), ((run, "--window", 0), "at least 1")):
            done = vrkn("study", "shift", *arguments, "--episodes", 1, "--out", out, check=2)
            self.assertIn(words, done.stderr)
            self.assertFalse(out.exists())


class StudyTest(CliTest):
    def test_a_small_study_whole(self):
        out = self.folder / "study"
        printed = vrkn("study", "lgssm", *SMALL, "--out", out, "--json")
        results = json.loads((out / "results.json").read_text())
        self.assertEqual(json.loads(printed.stdout), results)
        self.assertEqual([entry["seed"] for entry in results["seeds"]], [1, 2])
        for entry in results["seeds"]:
            self.assertEqual(list(entry["schemes"]), ["ssm_closed_form", "ssm_network", "rssm_linear", "rssm_network"])
            for scheme in entry["schemes"].values():
                self.assertLessEqual(scheme["bound"], scheme["log_likelihood"])
                for key in ("transition_var", "transition_matrix_distance", "log_prob", "nees"):
                    self.assertTrue(math.isfinite(scheme[key]))
        xml.etree.ElementTree.parse(out / "figure.svg")
        self.assertEqual((out / "figure.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertIn("length = 10", (out / "study.toml").read_text())
        self.assertIn("vrkn study lgssm", json.loads((out / "environment.json").read_text())["command"])

        again = vrkn("study", "lgssm", *SMALL, "--out", out, check=2)
        self.assertIn("already holds the results", again.stderr)

    def test_stops_without_a_trace(self):
        out = self.folder / "stopped"
        process = subprocess.Popen([VRKN, "study", "lgssm", "--out", out], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143)
        self.assertFalse(out.exists())


class DataTest(CliTest):
    def fit(self, *arguments, check=0):
        return vrkn("study", "lgssm", "--data", self.folder / "data.npz", "--out", self.folder / "fit", *arguments, check=check)

    def results_of(self, name):
        vrkn("study", "lgssm", "--data", self.folder / name, "--out", self.folder / f"fit-{name}")
        return json.loads((self.folder / f"fit-{name}/results.json").read_text())

    def write(self, shape, values):
        write_npz(self.folder / "data.npz", observations=("<f8", shape, struct.pack(f"<{len(values)}d", *values)))

    def random_walks(self, sequences=40, steps=30):
        draw = random.Random(1)
        values = []
        for _ in range(sequences):
            state = 0.0
            for _ in range(steps):
                state = 0.8 * state + draw.gauss(0.0, 0.3)
                seen = state + draw.gauss(0.0, 0.4)
                values.append(math.nan if draw.random() < 0.1 else seen)
        self.write((sequences, steps, 1), values)

    def test_fits_and_writes_beliefs(self):
        self.random_walks()
        self.assertIn("held out", self.fit().stdout)
        results = json.loads((self.folder / "fit/results.json").read_text())
        self.assertAlmostEqual(results["model"]["transition_matrix"][0][0], 0.8, delta=0.1)
        self.assertAlmostEqual(results["one_step_ahead"]["held_out"]["coverage_80"], 0.8, delta=0.12)
        beliefs = read_npz(self.folder / "fit/beliefs.npz")
        self.assertEqual(beliefs["filtered_mean"][:2], ("<f8", (40, 30, 1)))
        self.assertEqual(beliefs["smoothed_covariance"][:2], ("<f8", (40, 30, 1, 1)))
        self.assertEqual(beliefs["log_density"][:2], ("<f8", (40, 30)))
        smoothed = struct.unpack("<1200d", beliefs["smoothed_covariance"][2])
        filtered = struct.unpack("<1200d", beliefs["filtered_covariance"][2])
        self.assertTrue(all(0.0 < s <= f * (1 + 1e-12) for s, f in zip(smoothed, filtered)))

    def test_reads_one_sequence_as_npy_and_csv(self):
        """The same series of two components in three files has the same fit."""
        draw, rows, level = random.Random(2), [], [0.0, 0.0]
        for _ in range(300):
            level = [0.9 * old + draw.gauss(0.0, 0.3) for old in level]
            rows.append([value + draw.gauss(0.0, 0.2) for value in level])
        self.write((300, 2), [value for row in rows for value in row])
        found = [self.results_of("data.npz")]
        with zipfile.ZipFile(self.folder / "data.npz") as archive:
            (self.folder / "data.npy").write_bytes(archive.read(archive.namelist()[0]))
        found.append(self.results_of("data.npy"))
        lines = ["north,south", *(",".join(repr(value) for value in row) for row in rows)]
        (self.folder / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        found.append(self.results_of("data.csv"))
        self.assertEqual(found[0]["model"], found[1]["model"])
        self.assertEqual(found[0]["model"], found[2]["model"])

    def test_says_what_is_wrong_with_the_data(self):
        nan = math.nan
        cases = (((2, 3, 2, 2), [0.0] * 24, "must have the axes sequences, length, components"), ((2, 3, 1), [1.0, 2.0, math.inf, 1.0, 2.0, 3.0], "infinite"),
                 ((2, 3, 1), [nan] * 6, "missing"), ((2, 1, 1), [1.0, 2.0], "1 steps"), ((2, 0, 1), [], "0 steps"),
                 ((0, 3, 1), [], "no sequences"), ((2, 3, 1), [1.0, 2.0, 3.0, nan, nan, nan], "1"))
        for shape, values, words in cases:
            with self.subTest(shape=shape, words=words):
                self.write(shape, values)
                done = self.fit(check=2)
                self.assertIn(words, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1)
                self.assertFalse((self.folder / "fit").exists())
        self.random_walks(10, 10)
        self.assertIn("'nothing'", self.fit("--array", "nothing", check=2).stderr)
        (self.folder / "data.npz").write_bytes(b"no archive")
        self.assertIn("data.npz", self.fit(check=2).stderr)


main()
