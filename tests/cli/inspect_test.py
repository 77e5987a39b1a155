"""What vrkn inspect says of the files that the other commands leave, and of damaged ones."""
import json

from vrkn_cli import CliTest, main, vrkn


class InspectTest(CliTest):
    def inspect(self, path, check=0):
        return json.loads(vrkn("inspect", path, "--json", check=check).stdout)

    def test_a_run_and_its_files(self):
        run = self.train("a", "--seed", 3)
        found = self.inspect(run)
        self.assertTrue(found["whole"])
        self.assertEqual(found["facts"]["seed"], 3)
        self.assertEqual(found["facts"]["state"], "finished")
        names = {part["name"] for part in found["parts"]}
        files = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file() and path.name != ".lock"}
        self.assertEqual(names, files)
        for name in files:
            self.assertEqual(self.inspect(run / name)["faults"], [], name)
        checkpoint = self.inspect(run / "checkpoints" / "update_00000016.ckpt")
        self.assertEqual(checkpoint["facts"]["updates"], 16)
        changes = {part["name"]: part["what"] for part in checkpoint["parts"]}
        self.assertTrue(changes["seed"].startswith("3 ("), changes["seed"])
        self.assertTrue(vrkn("inspect", run).stdout.endswith("\nwhole\n"))

    def test_damage_and_foreign_files(self):
        run = self.train("a", "--set", "training.iterations=1")
        for name in ["checkpoints/update_00000004.ckpt", "episodes/000001.npz", "metrics.jsonl",
                     "events.out.tfevents.vrkn", "environment.json", "videos/last-evaluation.mp4"]:
            whole = (run / name).read_bytes()
            (run / name).write_bytes(whole[:-9])
            self.assertEqual(len(self.inspect(run / name, check=1)["faults"]), 1, name)
            self.assertFalse(self.inspect(run, check=1)["whole"])
            self.assertIn("DAMAGED: ", vrkn("inspect", run / name, check=1).stdout)
            (run / name).write_bytes(whole)
        self.assertIn("nothing that vrkn writes", vrkn("inspect", self.folder, check=2).stderr)
        self.assertIn("there is nothing at", vrkn("inspect", run / "none", check=2).stderr)

    def test_results_and_runs_that_learn_from_files(self):
        run = self.train("a", "--set", "training.iterations=1")
        vrkn("eval", run, "--episodes", 2, "--uncertainty", "--horizon", 3, "--draws", 2, "--samples", 2, "--out",
             self.folder / "sure")
        found = self.inspect(self.folder / "sure")
        self.assertEqual(found["what"], "predictions with their uncertainty")
        self.assertEqual([part["name"] for part in found["parts"]], ["calibration.json", "000000.npz", "000001.npz"])
        vrkn("imagine", run, "--out", self.folder / "imagined", "--horizon", 5, "--samples", 2)
        found = self.inspect(self.folder / "imagined")
        self.assertEqual(found["what"], "imagined episodes")
        self.assertEqual([part["name"] for part in found["parts"]], ["summary.json", "000000/imagined.npz"])
        (self.folder / "imagined" / "summary.json").write_text("{")
        self.inspect(self.folder / "imagined", check=1)
        vrkn("fit", "--config", self.config, "--data", run / "episodes", "--out", self.folder / "fit",
             "--held-out", 0.4, "--set", "training.iterations=2")
        found = self.inspect(self.folder / "fit")
        self.assertEqual(found["what"], "a run that learns from files")
        self.assertLess({"data.json", "held-out.json"}, {part["name"] for part in found["parts"]})


if __name__ == "__main__":
    main()
