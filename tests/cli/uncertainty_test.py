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
                          "variances.svg", "variances.png"})
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
                self.assertGreater(entry["aleatoric"], 0)
                self.assertGreater(entry["epistemic"], 0)
                nis = entry["normalised_innovation_squared"]
                self.assertEqual(nis is None, name == "reward")
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

    def test_bad_input(self):
        run = self.train("a", "--set", "training.iterations=0")
        full = self.folder / "full"
        full.mkdir()
        (full / "note").write_text("mine")
        for arguments, part in ((["--uncertainty"], "--out"), (["--horizon", 3], "--uncertainty"),
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
