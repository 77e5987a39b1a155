"""vrkn export: what it writes and says, and what it refuses. What the graphs compute is in tests/export."""
import hashlib
import json
import pathlib
import re

from faults import disturbed, snapshot
from vrkn_cli import CliTest, main, vrkn

FILES = ["filter.onnx", "decode.onnx", "imagine.onnx", "policy.onnx", "model.safetensors", "model.json"]


class ExportTest(CliTest):
    def refuse(self, *arguments):
        """Bad input: the one sentence that is said of it. No run is touched, and nothing is written."""
        done = vrkn("export", *arguments, check=2)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertFalse((self.folder / "out" / "model.json").exists())
        return done.stderr

    def test_files_and_what_is_said(self):
        run, out = self.train("a"), self.folder / "out"
        before = snapshot(run)
        out.mkdir()  # an empty folder will do
        said = vrkn("export", run, "--out", out).stdout
        self.assertEqual(snapshot(run), before)
        self.assertEqual([line.split()[0] for line in said.splitlines()[:6]], [str(out / name) for name in FILES])
        self.assertTrue(said.splitlines()[-1].startswith(f"next: python3 examples/deploy/loop.py {out}  "), said)
        self.assertEqual({path.name for path in out.iterdir()}, set(FILES))
        model = json.loads((out / "model.json").read_text())
        self.assertEqual([file["name"] for file in model["files"]], FILES[:-1])
        for file in model["files"]:
            self.assertEqual(hashlib.sha256((out / file["name"]).read_bytes()).hexdigest(), file["sha256"])
        self.assertEqual(model["control"], {"action_repeat": 5, "step_s": 0.5, "rate_hz": 2.0})
        self.assertEqual((model["model"], model["agent"]), ("vrkn", "planet"))
        self.assertEqual([sensor["name"] for sensor in model["sensors"]], ["image", "state"])
        self.assertEqual(model["belief"]["size"], 12)
        self.assertEqual((model["run"]["name"], model["run"]["checkpoint"]), ("a", "update_00000016.ckpt"))

    def test_the_same_run_gives_the_same_files_and_another_checkpoint_others(self):
        run = self.train("a")
        for name, *arguments in (("one",), ("two",), ("three", "--checkpoint", "update_00000012.ckpt")):
            vrkn("export", run, "--out", self.folder / name, *arguments)
        one, two, three = (snapshot(self.folder / name) for name in ("one", "two", "three"))
        self.assertEqual(one, two)
        self.assertNotEqual(one, three)

    def test_a_run_that_learned_from_files(self):
        log, run, out = self.folder / "log", self.folder / "fit", self.folder / "out"
        vrkn("rollout", "--config", self.config, "--episodes", 4, "--out", log)
        vrkn("fit", "--config", self.config, "--data", log, "--out", run)
        said = vrkn("export", run, "--out", out).stdout
        self.assertTrue(said.splitlines()[-1].startswith(f"next: python3 -m json.tool {out / 'model.json'}  "), said)
        model = json.loads((out / "model.json").read_text())
        self.assertIsNone(model["control"])
        self.assertIsNone(model["world"])
        self.assertNotIn("learned_with", model["sensors"][0])

    def test_a_run_that_learned_on_a_graphics_card(self):
        run, out = self.train("a", "--set", "training.iterations=1"), self.folder / "out"
        config = run / "config.toml"
        text = config.read_text()
        for key, value in (("device", '"cuda"'), ("tf32", "true"), ("graph", "true")):
            text, count = re.subn(rf"(?m)^{key} = [^ \n]+", f"{key} = {value}", text)
            self.assertEqual(count, 1)
        config.write_text(text)
        vrkn("export", run, "--out", out)

    def test_refusals(self):
        run, out = self.train("a", "--set", "training.iterations=1"), self.folder / "out"
        self.assertIn("nothing-there", self.refuse(self.folder / "nothing-there", "--out", out))
        self.assertIn("best2", self.refuse(run, "--checkpoint", "best2", "--out", out))
        (self.folder / "empty").mkdir()
        self.assertIn("config.toml", self.refuse(self.folder / "empty", "--out", out))
        self.assertFalse(out.exists())
        out.mkdir()
        (out / "mine.txt").write_text("mine")
        self.assertIn("not empty", self.refuse(run, "--out", out))
        self.assertEqual(snapshot(out), {pathlib.Path("mine.txt"): b"mine"})
        checkpoint = run / "checkpoints" / "update_00000004.ckpt"
        whole = checkpoint.read_bytes()
        checkpoint.write_bytes(whole[:-100])
        self.assertIn(checkpoint.name, self.refuse(run, "--out", self.folder / "other"))
        self.assertFalse((self.folder / "other").exists())

    def test_a_full_disk_leaves_no_export_and_no_halves(self):
        run = self.train("a", "--set", "training.iterations=1")
        for number in (1, 3, 6):
            out = self.folder / f"out{number}"
            done = disturbed(["export", run, "--out", out], path=f"{out}/.vrkn", calls="write", at=number, action="full")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("No space left on device", done.stderr)
            self.assertFalse((out / "model.json").exists())
            self.assertEqual({path.name for path in out.iterdir()}, set(FILES[:number - 1]))


if __name__ == "__main__":
    main()
