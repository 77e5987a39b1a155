"""Whole runs: train, stop, resume, evaluate, damage."""
import json
import os
import signal
import subprocess
import time

from vrkn_cli import VRKN, CliTest, main, metrics, vrkn


class RunTest(CliTest):
    def test_a_run_leaves_all_its_files_and_can_be_evaluated(self):
        run = self.train("a", "--seed", "3")
        names = {path.name for path in run.iterdir()}
        self.assertLessEqual({"config.toml", "environment.json", "metrics.jsonl", "events.out.tfevents.vrkn",
                              "checkpoints", "episodes", "videos"}, names)
        self.assertEqual(len(list((run / "episodes").iterdir())), 6)
        self.assertEqual(len(list((run / "checkpoints").iterdir())), 3)
        kinds = [record["kind"] for record in metrics(run)]
        self.assertEqual(kinds.count("train"), 4)
        self.assertEqual(kinds.count("evaluate"), 2)

        result = json.loads(vrkn("eval", run, "--episodes", 3, "--json").stdout)
        self.assertEqual(len(result["returns"]), 3)
        self.assertEqual(result["lengths"], [20, 20, 20])
        self.assertAlmostEqual(result["return_mean"], sum(result["returns"]) / 3, places=9)
        self.assertEqual(result, json.loads(vrkn("eval", run, "--episodes", 3, "--json").stdout))

    def test_video(self):
        run = self.train("v", "--set", "training.iterations=1")
        video = self.folder / "v.mp4"
        vrkn("eval", run, "--episodes", 1, "--video", video)
        self.assertEqual(video.read_bytes()[4:8], b"ftyp")

    def test_a_run_directory_is_not_overwritten(self):
        self.train("a", "--set", "training.iterations=0")
        before = (self.folder / "a" / "config.toml").read_text()
        self.train("a", "--seed", "9", check=2)
        self.assertEqual((self.folder / "a" / "config.toml").read_text(), before)

    def test_stopped_and_resumed_equals_undisturbed(self):
        undisturbed = metrics(self.train("whole"))
        for number, (sign, code) in enumerate([(signal.SIGTERM, 143), (signal.SIGINT, 130)]):
            run = self.folder / f"stopped{number}"
            process = subprocess.Popen([VRKN, "train", "--config", self.config, "--out", run],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while len(list((run / "episodes").glob("*.npz"))) < 3 + number:  # in the middle of the run
                self.assertIsNone(process.poll())
                time.sleep(0.005)
            process.send_signal(sign)
            process.send_signal(sign)  # as when its group and its parent signal it: one request
            self.assertEqual(process.wait(timeout=60), code)
            vrkn("train", "--resume", run)
            self.assertEqual(metrics(run), undisturbed)

    def test_killed_and_resumed_equals_undisturbed(self):
        undisturbed = metrics(self.train("whole"))
        run = self.folder / "killed"
        process = subprocess.Popen([VRKN, "train", "--config", self.config, "--out", run],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not list((run / "checkpoints").glob("*.ckpt")):
            self.assertIsNone(process.poll())
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        vrkn("train", "--resume", run)
        self.assertEqual(metrics(run), undisturbed)

    def test_a_truncated_checkpoint_is_refused_and_the_previous_one_offered(self):
        run = self.train("a")
        undisturbed = metrics(run)
        newest, previous = sorted((run / "checkpoints").iterdir())[:-3:-1]
        newest.write_bytes(newest.read_bytes()[:1000])
        for command in (["train", "--resume", run], ["eval", run]):
            message = vrkn(*command, check=2).stderr
            self.assertIn(newest.name, message)
            self.assertIn(previous.name, message)
        vrkn("train", "--resume", run, "--checkpoint", previous.name)
        self.assertEqual(metrics(run), undisturbed)


if __name__ == "__main__":
    main()
