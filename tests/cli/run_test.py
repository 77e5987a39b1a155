"""Whole runs: train, stop, resume, evaluate, damage."""
import json
import os
import shutil
import signal
import struct
import subprocess
import time

from vrkn_cli import VRKN, CliTest, events, main, metrics, vrkn


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

        # With another planner, or in another world, it plays otherwise; what was learned cannot be set.
        for setting in ("agent.population_size=5", "environment.action_repeat=10"):
            other = json.loads(vrkn("eval", run, "--episodes", 3, "--json", "--set", setting).stdout)
            self.assertEqual(other["set"], [setting])
            self.assertNotEqual(other["returns"], result["returns"])
        self.assertIn("training.updates", vrkn("eval", run, "--set", "training.updates=5", check=2).stderr)

    def test_every_return_is_kept_and_the_best_checkpoint_too(self):
        run = self.train("a", "--set", "training.iterations=8", "--set", "evaluation.episodes=3",
                         "--set", "training.keep_checkpoints=2")
        evaluations, episodes = {}, {}
        for record in metrics(run):
            if record["kind"] == "evaluate":
                evaluations[record["iteration"]] = record["return"]
            if record["kind"] == "episode":
                episodes.setdefault(record["iteration"], []).append(record)
        self.assertEqual(list(evaluations), [2, 4, 6, 8])
        self.assertEqual(list(episodes), [2, 4, 6, 8])
        for iteration, records in episodes.items():
            self.assertEqual([record["number"] for record in records], [0, 1, 2])
            self.assertEqual([record["length"] for record in records], [20, 20, 20])
            mean = sum(record["return"] for record in records) / 3
            self.assertAlmostEqual(mean, evaluations[iteration], places=9)
        best = max(evaluations, key=lambda iteration: (evaluations[iteration], iteration))
        kept = sorted(path.name for path in (run / "checkpoints").iterdir())
        self.assertEqual(kept, [f"update_{4 * i:08}.ckpt" for i in sorted({best, 7, 8})])

        def evaluated(*arguments):
            return json.loads(vrkn("eval", run, "--episodes", 1, "--json", *arguments).stdout)

        self.assertEqual(evaluated("--checkpoint", "best")["updates"], 4 * best)
        self.assertEqual(evaluated("--checkpoint", "last"), evaluated())
        self.assertEqual(evaluated()["updates"], 32)
        self.assertEqual(evaluated("--checkpoint", 28)["updates"], 28)
        self.assertEqual(evaluated("--checkpoint", 28), evaluated("--checkpoint", "update_00000028.ckpt"))
        message = vrkn("eval", run, "--checkpoint", 29, check=2).stderr
        self.assertIn("update_00000028.ckpt", message)

    def test_tensorboard_gets_every_number_and_pictures_that_decode(self):
        run = self.train("a", "--set", "objective.free_nats=0.1")
        found = events(run)
        expected = []
        for line in (run / "metrics.jsonl").read_text().splitlines():
            record = json.loads(line)
            kind, step, _ = record.pop("kind"), record.pop("env_step"), record.pop("iteration")
            expected += [(f"{kind}/{name}", step, struct.pack("<f", value)) for name, value in record.items()]
        self.assertEqual([event for event in found if isinstance(event[2], bytes)], expected)
        self.assertGreater(len(expected), 40)

        pictures = [event for event in found if not isinstance(event[2], bytes)]
        self.assertEqual([(tag, step) for tag, step, _ in pictures],
                         [(tag, step) for step in (400, 600) for tag in ("reconstruction/image", "evaluation/episode")])
        for tag, step, (height, width, content) in pictures:
            self.assertTrue(content.startswith(b"GIF89a" if tag == "evaluation/episode" else b"\x89PNG"), tag)
            frames = 21 if tag == "evaluation/episode" else 1  # the reset and 20 steps
            decoded = subprocess.run(["ffmpeg", "-v", "error", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgb24",
                                      "pipe:1"], input=content, capture_output=True, check=True)
            self.assertEqual(decoded.stderr, b"")
            self.assertEqual(len(decoded.stdout), 3 * height * width * frames)
            self.assertGreater(len(set(decoded.stdout)), 2, "a picture of one colour")

    def test_without_films(self):
        run = self.train("a", "--set", "evaluation.film=false", "--set", "training.iterations=1")
        self.assertFalse((run / "videos").exists())
        self.assertEqual({tag for tag, _, value in events(run) if isinstance(value, tuple)}, {"reconstruction/image"})

    def test_video(self):
        run = self.train("v", "--set", "training.iterations=1")
        video = self.folder / "v.mp4"
        vrkn("eval", run, "--episodes", 1, "--video", video)
        self.assertEqual(video.read_bytes()[4:8], b"ftyp")

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for arguments in (["config"], ["--version"], ["--help"], ["presets"]):
                done = subprocess.run([VRKN, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
                self.assertEqual(done.returncode, 2, arguments)

    def test_paths_that_are_not_utf8(self):
        run = self.folder / os.fsdecode(b"t\xff")
        subprocess.run([VRKN, "train", "--config", self.config, "--out", run, "--set", "training.iterations=0"],
                       capture_output=True, check=True)  # what it prints is no UTF-8 either
        self.assertIn("t\ufffd", json.loads((run / "environment.json").read_text())["command"])
        episodes = self.folder / "episodes"
        episodes.mkdir()
        shutil.copy(next((run / "episodes").iterdir()), episodes / os.fsdecode(b"\xff.npz"))
        done = vrkn("fit", "--data", episodes, "--preset", "quick", "--out", self.folder / "fit", check=2)
        self.assertIn("is not UTF-8", done.stderr)
        self.assertFalse((self.folder / "fit").exists())

    def test_control_characters_do_not_reach_the_terminal(self):
        self.assertIn(r"\x1b[31m", vrkn("train", "--set", "seed=\x1b[31m", check=2).stderr)

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

    def test_stopped_while_it_collects_and_learns_and_resumed_equals_undisturbed(self):
        options = ["--set", "training.async_collection=true", "--set", "training.updates=60", "--set", "training.iterations=3"]
        undisturbed = metrics(self.train("whole", *options))
        run = self.folder / "stopped"
        process = subprocess.Popen([VRKN, "train", "--config", self.config, "--out", run, *options],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not list((run / "checkpoints").glob("*.ckpt")):  # the next updates have just begun
            self.assertIsNone(process.poll())
            time.sleep(0.005)
        process.terminate()
        self.assertEqual(process.wait(timeout=60), 143)
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

    def test_losses_that_are_not_finite(self):
        options = ["--set", "agent.learning_rate=1e30", "--set", "evaluation.film=false"]
        for allowed, factors in ((2, ("0.5", "0.25")), (0, ())):
            run = self.folder / f"allowed{allowed}"
            result = vrkn("train", "--config", self.config, "--out", run, *options, "--set", f"training.rollbacks={allowed}",
                          check=1)
            *warnings, error = result.stderr.strip().splitlines()[-len(factors) - 1:]
            for warning, factor in zip(warnings, factors, strict=True):
                self.assertRegex(warning, f"became nan at update .*; going back to the beginning with the learning rates times {factor}$")
            self.assertRegex(error, "became nan at update .*; the run stops, its last checkpoint is kept")
            rollbacks = [record for record in metrics(run) if record["kind"] == "rollback"]
            self.assertEqual([(record["count"], record["learning_rates/factor"]) for record in rollbacks], [(2, 0.25)][:allowed])

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
