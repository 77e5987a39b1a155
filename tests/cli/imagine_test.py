"""vrkn fit and vrkn imagine: learning from files, predictions of episodes, and what they refuse."""
import json
import signal
import struct
import subprocess
import time

from vrkn_cli import VRKN, CliTest, main, metrics, read_npz, vrkn, write_npz

HORIZON = ("--context", 4, "--horizon", 8, "--samples", 3)


def png_size(path):
    content = path.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", content[16:24])


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


class OfflineTest(CliTest):
    def log(self, count=5, name="log", *arguments):
        folder = self.folder / name
        vrkn("rollout", "--config", self.config, "--episodes", count, "--out", folder, *arguments)
        return folder

    def fit(self, name, data, *arguments, check=0):
        config = () if "--config" in arguments else ("--config", self.config)
        done = vrkn("fit", *config, "--data", data, "--out", self.folder / name, *arguments, check=check)
        return done if check else self.folder / name


class FitTest(OfflineTest):
    def test_a_fitted_run_leaves_its_files_and_can_be_looked_at(self):
        log = self.log()
        run = self.fit("fit", log, "--model", "rssm-smoothing", "--set", "model.stochastic_dim=4", "--set",
                       "model.deterministic_dim=4", "--set", "model.hidden_dim=8", "--held-out", 0.4)
        self.assertIn('kind = "rssm-smoothing"', (run / "config.toml").read_text())
        data = json.loads((run / "data.json").read_text())
        self.assertEqual([sensor["name"] for sensor in data["sensors"]], ["image", "state"])
        self.assertEqual(sorted(data["training"] + data["held_out"]), sorted(map(str, log.iterdir())))
        self.assertEqual(len(data["held_out"]), 2)
        kinds = [record["kind"] for record in metrics(run)]
        self.assertEqual(kinds, ["train", "held_out", "train", "train", "held_out", "train"])
        newest = [record for record in metrics(run) if record["kind"] == "held_out"][-1]
        report = json.loads((run / "held-out.json").read_text())
        self.assertEqual(report["updates"], 16)
        self.assertEqual(report["bound"]["bound"], newest["bound"])
        self.assertEqual(len(report["open_loop"]["squared_error"]["image"]), 21)
        self.assertFalse((run / "episodes").exists())
        calibration = json.loads((run / "calibration" / "calibration.json").read_text())
        steps = sum(read_npz(file)["reward"][1][0] for file in data["held_out"])
        self.assertEqual(calibration["quantities"]["reward"][0]["count"], steps - 2)
        self.assertTrue((run / "calibration" / "calibration.png").exists())
        # The task has the same sensors, so others can use the run as well.
        vrkn("eval", run, "--episodes", 1)
        for extra in (("--data", data["held_out"][0]), ()):
            vrkn("imagine", run, *extra, *HORIZON, "--out", self.folder / f"out{len(extra)}")

    def test_stopped_and_resumed_equals_undisturbed(self):
        log = self.log()
        many = ("--set", "training.iterations=12", "--set", "evaluation.every=3")
        undisturbed = metrics(self.fit("whole", log, *many))
        run = self.folder / "stopped"
        process = subprocess.Popen([VRKN, "fit", "--config", self.config, "--data", log, "--out", run, *many],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not list((run / "checkpoints").glob("*.ckpt")):
            self.assertIsNone(process.poll())
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 143)
        self.assertLess(len(metrics(run)), len(undisturbed))
        self.assertIn("vrkn fit --resume", vrkn("train", "--resume", run, check=2).stderr)
        vrkn("fit", "--resume", run)
        self.assertEqual(metrics(run), undisturbed)

    def test_files_of_dreamer_s_family(self):
        folder = self.folder / "dreamer"
        folder.mkdir()
        for number in range(3):
            write_npz(folder / f"{number}.npz", image=("|u1", (8, 16, 16, 3), bytes(range(256)) * 24),
                      height=("<f4", (8,), floats(*range(8))), action=("<f4", (8, 2), floats(*[0.1] * 16)),
                      reward=("<f4", (8,), floats(*range(8))), is_terminal=("|b1", (8,), bytes(7) + b"\1"))
        run = self.fit("fit", folder)
        self.assertEqual([sensor["shape"] for sensor in json.loads((run / "data.json").read_text())["sensors"]],
                         [[3, 16, 16], [1]])
        out = self.folder / "out"
        vrkn("imagine", run, "--data", folder / "0.npz", "--context", 3, "--horizon", 5, "--out", out)
        self.assertEqual(read_npz(out / "000000" / "imagined.npz")["height_mean"][:2], ("<f4", (1, 8, 1)))
        message = vrkn("imagine", run, *HORIZON, "--out", self.folder / "other", check=2).stderr
        self.assertIn("--data", message)

        write_npz(folder / "3.npz", image=("|u1", (8, 16, 16, 3), bytes(6144)), action=("<f4", (8, 2), bytes(64)),
                  reward=("<f4", (8,), bytes(32)))
        message = self.fit("none", folder, check=2).stderr
        self.assertEqual(len(message.strip().splitlines()), 1, message)
        self.assertRegex(message, r"3\.npz: array 'height' is missing .*0\.npz")
        self.assertFalse((self.folder / "none").exists())

    def test_bad_input(self):
        log = self.log(2)
        random = self.folder / "random.toml"
        random.write_text(self.config.read_text().replace("[agent]", '[agent]\nkind = "random"').replace(
            "horizon = 3\niterations = 2\npopulation_size = 10\nnum_elites = 3\n", ""))
        for arguments, part in (((log, "--held-out", 1), "--held-out is 1"), ((self.folder / "no",), "not a folder"),
                                ((self.folder,), "holds no .npz"), ((log, "--model", "vrnk"), "vrnk"),
                                ((log, "--config", random), "agent.kind is random"),
                                ((log, "--set", "training.sequence_length=21", "--held-out", 0.9), "to learn from")):
            message = self.fit("none", *arguments, check=2).stderr
            self.assertEqual(len(message.strip().splitlines()), 1, message)
            self.assertIn(part, message)
            self.assertFalse((self.folder / "none").exists())
        self.assertIn("--out", vrkn("fit", "--data", log, check=2).stderr)
        self.assertIn("--data", vrkn("fit", "--out", self.folder / "x", check=2).stderr)
        run = self.train("online", "--set", "training.iterations=0")
        self.assertIn("vrkn train --resume", vrkn("fit", "--resume", run, check=2).stderr)


class ImagineTest(OfflineTest):
    def test_two_runs_imagine_the_same_episode(self):
        disturbed = ("--set", "environment.occlusion.kind=discs", "--set", "environment.image.interval_max=3", "--set",
                     "training.iterations=1")
        one = self.train("one", *disturbed)
        other = self.train("other", *disturbed, "--seed", 7)
        out = self.folder / "out"
        done = vrkn("imagine", one, other, *HORIZON, "--episodes", 2, "--out", out)
        for label in ("one", "other"):
            for name in ("image", "state", "reward"):
                self.assertRegex(done.stdout, rf"(?m)^{label} +{name} +\S+")
        self.assertEqual(sorted(path.name for path in out.iterdir()), ["000000", "000001", "summary.json"])
        self.assertEqual(sorted(path.name for path in (out / "000000").iterdir()),
                         ["image-reconstructions.png", "image.mp4", "image.png", "imagined.npz", "reward.png",
                          "reward.svg", "state.png", "state.svg"])
        # 12 columns and 3 rows (truth, two runs) of 16 x 16 pixels, four times enlarged; 4 rows with what was seen.
        self.assertEqual(png_size(out / "000000" / "image.png"), (4 * (12 * 16 + 10 + 6), 4 * (3 * 16 + 2 * 2)))
        self.assertEqual(png_size(out / "000000" / "image-reconstructions.png"),
                         (4 * (12 * 16 + 11), 4 * (4 * 16 + 3 * 2)))
        arrays = read_npz(out / "000000" / "imagined.npz")
        self.assertEqual(arrays["context"], ("<i8", (), struct.pack("<q", 4)))
        for name, kind, shape in (("image_truth", "|u1", (12, 3, 16, 16)), ("image_mean", "<f4", (2, 12, 3, 16, 16)),
                                  ("state_std", "<f4", (2, 12, 2)), ("reward_mean", "<f4", (2, 12)),
                                  ("image_seen_valid", "|b1", (12,)), ("action", "<f4", (12, 1)),
                                  ("reward_truth", "<f4", (12,))):
            self.assertEqual(arrays[name][:2], (kind, shape), name)
        self.assertEqual(arrays["image_truth_valid"][2], b"\1" * 12)
        self.assertNotEqual(arrays["image_seen_valid"][2], b"\1" * 12)
        self.assertNotEqual(arrays["image_truth"][2], arrays["image_seen"][2])

        summary = json.loads((out / "summary.json").read_text())
        self.assertEqual([run["label"] for run in summary["runs"]], ["one", "other"])
        # The errors of the reward are those of the numbers in the two files.
        for run in range(2):
            expected = [0.0] * 12
            for episode in ("000000", "000001"):
                arrays = read_npz(out / episode / "imagined.npz")
                mean = struct.unpack("<24f", arrays["reward_mean"][2])[12 * run:12 * run + 12]
                truth = struct.unpack("<12f", arrays["reward_truth"][2])
                expected = [sum_ + (a - b) ** 2 / 2 for sum_, a, b in zip(expected, mean, truth)]
            for found, value in zip(summary["runs"][run]["squared_error"]["reward"], expected, strict=True):
                self.assertAlmostEqual(found, value, places=6)

        again = vrkn("imagine", one, other, *HORIZON, "--episodes", 2, "--json", "--out", self.folder / "again")
        self.assertEqual(json.loads(again.stdout), summary)

    def test_of_what_is_chosen_alone(self):
        run = self.train("a", "--set", "training.iterations=1")
        out = self.folder / "out"
        summary = json.loads(vrkn("imagine", "--sensors", "state", run, *HORIZON, "--json", "--out", out).stdout)
        self.assertEqual(list(summary["runs"][0]["squared_error"]), ["state", "reward"])
        self.assertEqual(sorted(path.name for path in (out / "000000").iterdir()),
                         ["imagined.npz", "reward.png", "reward.svg", "state.png", "state.svg"])
        self.assertNotIn("image_mean", read_npz(out / "000000" / "imagined.npz"))
        whole = json.loads(vrkn("imagine", run, *HORIZON, "--json", "--out", self.folder / "whole").stdout)
        for name, errors in summary["runs"][0]["squared_error"].items():
            self.assertEqual(errors, whole["runs"][0]["squared_error"][name])

    def test_nothing_is_imagined_when_everything_was_seen(self):
        run = self.train("a", "--set", "training.iterations=0")
        vrkn("imagine", run, "--context", 6, "--horizon", 0, "--out", self.folder / "out")
        self.assertEqual(png_size(self.folder / "out" / "000000" / "image.png")[0], 4 * (6 * 16 + 5))

    def test_bad_input(self):
        run = self.train("a", "--set", "training.iterations=0")
        blind = self.train("b", "--set", "training.iterations=0", "--set", "environment.sensors=state")
        silent = self.train("c", "--set", "training.iterations=0", "--set", "objective.sensor_weight=0")
        for arguments, part in (((run, blind), "only runs with the same sensors"), ((silent,), "rewards alone"),
                                ((self.folder,), "not a run directory"), ((run,), "need 50 steps"),
                                ((run, "--sensors", "touch"), "the sensors are image, state"),
                                ((run, "--context", 0), "--context is 0"), ((run, "--samples", 0), "--samples is 0"),
                                ((run, "--data", self.folder / "no.npz"), "no.npz")):
            message = vrkn("imagine", *arguments, "--out", self.folder / "none", check=2).stderr
            self.assertEqual(len(message.strip().splitlines()), 1, message)
            self.assertIn(part, message)
            self.assertFalse((self.folder / "none").exists())
        self.assertIn("not empty", vrkn("imagine", run, *HORIZON, "--out", run, check=2).stderr)


if __name__ == "__main__":
    main()
