"""vrkn eval --uncertainty: what it writes and prints, and what it refuses."""
import json
import math

from vrkn_cli import CliTest, floats, main, read_npz, vrkn


class UncertaintyTest(CliTest):
    def evaluate(self, run, out, *arguments):
        return json.loads(vrkn("eval", run, "--uncertainty", "--horizon", 4, "--draws", 3, "--samples", 4,
                               "--episodes", 2, "--out", out, "--json", *arguments).stdout)

    def test_files_and_numbers(self):
        run = self.train("a", "--set", "training.iterations=1")
        out = self.folder / "out"
        result = self.evaluate(run, out)
        self.assertEqual({path.name for path in out.iterdir()},
                         {"000000.npz", "000001.npz", "calibration.json", "calibration.svg", "calibration.png",
                          "pit.svg", "pit.png", "variances.svg", "variances.png"})
        self.assertEqual(result["uncertainty"], json.loads((out / "calibration.json").read_text()))
        self.assertEqual(result["returns"], json.loads(vrkn("eval", run, "--episodes", 2, "--json").stdout)["returns"])
        quantities = result["uncertainty"]["quantities"]
        self.assertEqual(list(quantities), ["image", "state", "reward"])
        for name, size in (("image", 3 * 16 * 16), ("state", 2), ("reward", 1)):
            self.assertEqual([entry["steps_ahead"] for entry in quantities[name]], [1, 2, 3, 4])
            for entry in quantities[name]:
                self.assertEqual(entry["count"], 2 * (21 - entry["steps_ahead"]) * size)
                self.assertLessEqual(entry["coverage_50"], entry["coverage_80"])
                self.assertEqual(entry["coverage_80"], entry["coverage_curve"][15])
                self.assertEqual(len(entry["pit"]), 20)
                self.assertAlmostEqual(sum(entry["pit"]), 1.0)
                self.assertGreater(entry["crps"], 0)
                self.assertGreater(entry["aleatoric"], 0)
                self.assertGreater(entry["epistemic"], 0)
                nis = entry["normalised_innovation_squared"]
                self.assertEqual(nis is None, name == "reward")
                self.assertEqual(entry["innovation_band_low"] is None, nis is None)
        self.assertFalse(result["uncertainty"]["recalibrated"])
        self.assertFalse((run / "recalibration.json").exists())
        self.assertEqual((out / "calibration.png").read_bytes()[:4], b"\x89PNG")
        self.assertIn("reward", (out / "variances.svg").read_text())

        arrays = read_npz(out / "000001.npz")
        self.assertEqual({name: entry[:2] for name, entry in arrays.items()},
                         {"steps_ahead": ("<i8", (4,)),
                          "image_valid": ("|b1", (21,)), "image_innovation": ("<f4", (21, 4)),
                          "image_squared_error": ("<f4", (21, 4)), "image_aleatoric": ("<f4", (21, 4)),
                          "image_epistemic": ("<f4", (21, 4)),
                          "state_valid": ("|b1", (21,)), "state_innovation": ("<f4", (21, 4)),
                          "state_mean": ("<f4", (21, 4, 2)), "state_aleatoric": ("<f4", (21, 4, 2)),
                          "state_epistemic": ("<f4", (21, 4, 2)), "state_noise": ("<f4", (2,)),
                          "state_truth": ("<f4", (21, 2)),
                          "reward_mean": ("<f4", (21, 4)), "reward_aleatoric": ("<f4", (21, 4)),
                          "reward_epistemic": ("<f4", (21, 4)), "reward_noise": ("<f4", ()),
                          "reward_truth": ("<f4", (21,))})
        known = [not math.isnan(value) for value in floats(arrays["reward_mean"])]
        self.assertEqual(known, [t + h < 21 for t in range(21) for h in range(1, 5)])
        self.assertAlmostEqual(sum(floats(arrays["reward_truth"])), result["returns"][1], places=4)

    def test_of_what_is_chosen_alone(self):
        run = self.train("a", "--set", "training.iterations=1")
        whole = self.evaluate(run, self.folder / "whole")["uncertainty"]
        out = self.folder / "some"
        some = json.loads(vrkn("eval", run, "--uncertainty", "--steps", "1,4", "--quantities", "state", "--draws", 3,
                               "--samples", 4, "--episodes", 2, "--out", out, "--json").stdout)["uncertainty"]
        self.assertEqual(some["horizon"], 4)
        self.assertEqual(list(some["quantities"]), ["state"])
        self.assertEqual(some["quantities"]["state"], [whole["quantities"]["state"][i] for i in (0, 3)])
        arrays = read_npz(out / "000000.npz")
        self.assertEqual(arrays["state_mean"][:2], ("<f4", (21, 2, 2)))
        self.assertEqual([name for name in arrays if not name.startswith("state")], ["steps_ahead"])

        gap = whole["gap"]
        self.assertEqual(list(gap["quantities"]), ["image", "state", "reward"])
        self.assertEqual(gap["early_steps"], 5)
        for check in [*gap["quantities"].values(), *gap["early_quantities"].values(), gap["latent"], gap["early_latent"]]:
            self.assertEqual((check["steps_ahead"], check["episodes"], check["warns"]), ([1, 2, 3, 4], 2, False))
            self.assertEqual(len(check["variance"]), 4)
            self.assertIsNone(check["variance_trend"]["standard_error"])  # of two episodes

    def test_a_seed_is_an_evaluation_and_a_model_without_dropout_has_no_epistemic_part(self):
        run = self.train("a", "--set", "training.iterations=1", "--set", "model.kind=vrkn-no-mcd")
        first, again = (self.evaluate(run, self.folder / name) for name in ("one", "two"))
        self.assertEqual(first, again)
        for horizons in first["uncertainty"]["quantities"].values():
            self.assertEqual([entry["epistemic"] for entry in horizons], [0.0] * 4)

    def test_words(self):
        run = self.train("a", "--set", "training.iterations=0")
        text = vrkn("eval", run, "--episodes", 1, "--uncertainty", "--horizon", 3, "--draws", 2, "--samples", 2, "--out",
                    self.folder / "out").stdout
        self.assertRegex(text, r"(?m)^predicted +ahead .*NIS$")
        for horizon in (1, 2, 3):
            self.assertRegex(text, rf"(?m)^state +{horizon} +\d+\.\d%")
        self.assertRegex(text, r"(?m)^reward .* -$")
        self.assertRegex(text, r"(?m)^state +1 to 3 +[+-]\d+ % +[+-]\d+ %$")
        self.assertRegex(text, r"(?m)^latent belief +1 to 3 +[+-]\d+ %")
        self.assertIn("of fewer than 3 episodes nothing is concluded", text)

    def test_recalibration(self):
        # Far too cautious: likelihoods that are wider than all errors.
        run = self.train("a", "--set", "training.iterations=1", "--set", "objective.sensor_noise=4",
                         "--set", "objective.reward_noise=40")
        more = ("--quantities", "state,reward", "--steps", "1,4", "--episodes", 10, "--draws", 2, "--samples", 4)

        def evaluate(name, seed, *arguments, check=0):
            done = vrkn("eval", run, "--uncertainty", *more, "--seed", seed, "--out", self.folder / name, "--json",
                        *arguments, check=check)
            return done.stderr if check else json.loads(done.stdout)["uncertainty"]

        self.assertIn("has no recalibration", evaluate("none", 2, "--recalibrated", check=2))
        fitted = evaluate("fitted", 1, "--fit-recalibration")
        self.assertFalse(fitted["recalibrated"])
        kept = json.loads((run / "recalibration.json").read_text())
        self.assertEqual([kept[key] for key in ("updates", "seed", "episodes")], [4, 1, 10])
        self.assertEqual({name: list(steps) for name, steps in kept["quantities"].items()},
                         {"state": ["1", "4"], "reward": ["1", "4"]})
        for name, steps in kept["quantities"].items():
            for entry, one in zip(fitted["quantities"][name], steps.values()):
                self.assertAlmostEqual(one["variance_scale"], entry["normalised_squared_error"])
                self.assertEqual(one["half_widths"], sorted(one["half_widths"]))

        before, after = evaluate("before", 2), evaluate("after", 2, "--recalibrated")
        self.assertTrue(after["recalibrated"])
        for name, horizons in after["quantities"].items():
            for raw, entry in zip(before["quantities"][name], horizons):
                for same in ("count", "squared_error", "aleatoric", "epistemic", "normalised_innovation_squared"):
                    self.assertEqual(raw[same], entry[same])
                off = [sum(abs(value - level) for value, level in zip(found["coverage_curve"], after["curve_levels"]))
                       for found in (raw, entry)]
                self.assertLess(2 * off[1], off[0])
                self.assertLess(entry["negative_log_likelihood"], raw["negative_log_likelihood"])
                scale = kept["quantities"][name][str(entry["steps_ahead"])]["variance_scale"]
                self.assertAlmostEqual(entry["normalised_squared_error"] * scale, raw["normalised_squared_error"])
        self.assertEqual(evaluate("again", 2), before)
        names = [part["name"] for part in json.loads(vrkn("inspect", run, "--json").stdout)["parts"]]
        self.assertIn("recalibration.json", names)

        self.assertIn("another seed", evaluate("same", 1, "--recalibrated", check=2))
        self.assertIn("--fit-recalibration", evaluate("both", 2, "--recalibrated", "--fit-recalibration", check=2))
        more = ("--steps", "2", "--quantities", "state")
        self.assertIn("only 1, 4", evaluate("step", 2, "--recalibrated", check=2))
        more = ("--steps", "1", "--quantities", "image")
        self.assertIn("only of reward, state", evaluate("quantity", 2, "--recalibrated", check=2))
        more = ("--steps", "1", "--quantities", "reward", "--episodes", 1, "--draws", 2, "--samples", 2)
        self.assertIn("at least 99", evaluate("few", 1, "--fit-recalibration", check=2))
        self.assertEqual(json.loads((run / "recalibration.json").read_text()), kept)
        (run / "recalibration.json").write_text("{")
        self.assertIn("is no recalibration", evaluate("damaged", 2, "--recalibrated", check=2))
        kept["checkpoint"] = "0" * 16
        (run / "recalibration.json").write_text(json.dumps(kept))
        self.assertIn("with other weights", evaluate("weights", 2, "--recalibrated", check=2))
        self.assertFalse(any((self.folder / name).exists() for name in ("same", "step", "quantity", "damaged", "weights")))

    def test_monitor(self):
        run = self.train("a", "--set", "training.iterations=1", "--set", "objective.sensor_noise=0.1")

        def evaluate(seed, *arguments, check=0):
            done = vrkn("eval", run, "--episodes", 20, "--seed", seed, "--json", *arguments, check=check)
            return done.stderr if check else json.loads(done.stdout)

        self.assertIn("has no monitor", evaluate(2, "--monitor", check=2))
        fitted = evaluate(1, "--fit-monitor", "--window", 5, "--false-alarms", 0.1)
        kept = json.loads((run / "monitor.json").read_text())
        self.assertEqual([kept[key] for key in ("updates", "seed", "episodes", "window", "false_alarms")], [4, 1, 20, 5, 0.1])
        self.assertEqual(fitted["monitor"]["threshold"], kept["threshold"])
        self.assertAlmostEqual(fitted["monitor"]["share_above"], 0.1, delta=0.005)
        self.assertNotIn("monitor", evaluate(1))
        home = evaluate(2, "--monitor")["monitor"]
        elsewhere = evaluate(2, "--monitor", "--set", "environment.state.noise=2")["monitor"]
        self.assertLess(home["share_above"], 0.25)
        self.assertGreater(elsewhere["share_above"], 0.9)
        self.assertGreater(elsewhere["mean_error"], home["mean_error"])
        text = vrkn("eval", run, "--episodes", 3, "--seed", 2, "--monitor").stdout
        self.assertRegex(text, r"(?m)^prediction error, mean over 5 steps: \d+\.\d{3}; above the threshold of")
        parts = json.loads(vrkn("inspect", run, "--json").stdout)["parts"]
        self.assertIn("monitor.json", [part["name"] for part in parts])
        vrkn("export", run, "--out", self.folder / "exported")
        exported = json.loads((self.folder / "exported" / "model.json").read_text())["monitor"]
        self.assertEqual(exported, {key: kept[key] for key in ("window", "threshold", "false_alarms")})

        self.assertIn("another seed", evaluate(1, "--monitor", check=2))
        self.assertIn("--fit-monitor", evaluate(2, "--window", 5, check=2))
        self.assertIn("excludes", evaluate(2, "--fit-monitor", "--monitor", check=2))
        self.assertIn("--false-alarms", evaluate(1, "--fit-monitor", "--false-alarms", 1, check=2))
        (run / "monitor.json").write_text("{")
        self.assertIn("is no monitor", evaluate(2, "--monitor", check=2))

    def test_bad_input(self):
        run = self.train("a", "--set", "training.iterations=0")
        full = self.folder / "full"
        full.mkdir()
        (full / "note").write_text("mine")
        for arguments, part in ((["--uncertainty"], "--out"), (["--recalibrated"], "--uncertainty"),
                                (["--fit-recalibration"], "--uncertainty"), (["--horizon", 3], "--uncertainty"),
                                (["--out", full], "--uncertainty"),
                                (["--uncertainty", "--out", full], "not empty"),
                                (["--uncertainty", "--out", self.folder / "new", "--horizon", 0], "horizon"),
                                (["--uncertainty", "--out", self.folder / "new", "--draws", 1], "draws"),
                                (["--uncertainty", "--out", self.folder / "new", "--steps", "3,2"], "rise"),
                                (["--uncertainty", "--out", self.folder / "new", "--steps", "2", "--horizon", 3],
                                 "--horizon"),
                                (["--uncertainty", "--out", self.folder / "new", "--quantities", "touch"],
                                 "the sensors are image, state"),
                                (["--uncertainty", "--out", self.folder / "new", "--samples", 1], "samples")):
            self.assertIn(part, vrkn("eval", run, *arguments, check=2).stderr)
        self.assertEqual([path.name for path in full.iterdir()], ["note"])
        self.assertFalse((self.folder / "new").exists())


if __name__ == "__main__":
    main()
