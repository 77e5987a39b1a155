"""Full and read-only disks, vanished folders, foreign and old checkpoints, edited configurations, two processes at once:
one clear sentence, the right exit code, and nothing is destroyed."""
import json
import os
import re
import shutil
import signal
import subprocess

from faults import check_no_halves, disturbed, environment, outcome, snapshot
from vrkn_cli import VRKN, CliTest, main, metrics, vrkn


class FaultTest(CliTest):
    def begin(self, name, **fault):
        """A run that a fault may end."""
        run = self.folder / name
        return run, disturbed(["train", "--config", self.config, "--out", run], **fault)

    def expect_refusal(self, done, *words):
        """Bad input: exit code 2 and one sentence, which is the last line, with these words."""
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        lines = [line for line in re.split(r"[\r\n]+", done.stderr) if "vrkn: " in line]
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])

    def expect_untouched(self, run, arguments, *words):
        before = snapshot(run)
        self.expect_refusal(vrkn(*arguments, check=2), *words)
        self.assertEqual(snapshot(run), before)

    def test_a_full_disk_ends_the_run_and_costs_nothing(self):
        undisturbed = outcome(self.train("whole"))
        for number, (path, calls, at) in enumerate([("checkpoints/.vrkn", "write", 2), ("episodes/.vrkn", "write", 5),
                                                    ("metrics.jsonl", "write", 6), ("tfevents", "write", 9)]):
            run, done = self.begin(f"full{number}", path=path, calls=calls, at=at, action="full")
            self.expect_refusal(done, "No space left on device", str(run))
            check_no_halves(run)
            self.assertEqual(list(run.rglob("*.tmp")), [])
            vrkn("eval", run, "--episodes", 1)
            vrkn("inspect", run)
            vrkn("train", "--resume", run)
            self.assertEqual(outcome(run), undisturbed)

    def test_a_full_disk_from_the_first_byte_on(self):
        run, done = self.begin("full", path=self.folder / "full", at=1, action="full")
        self.expect_refusal(done, "No space left on device")
        vrkn("train", "--config", self.config, "--out", run, "--set", "training.iterations=0")

    def test_a_read_only_disk(self):
        new, done = self.begin("new", path=self.folder / "new", at=1, action="readonly")
        self.expect_refusal(done, str(new), "Read-only file system")
        self.assertFalse(new.exists())
        run = self.train("a", "--set", "training.iterations=1")
        before = snapshot(run)
        self.expect_refusal(disturbed(["train", "--resume", run], path=run, at=1, action="readonly"), str(run),
                            "Read-only file system")
        self.assertEqual(snapshot(run), before)
        vrkn("eval", run, "--episodes", 1)
        done = disturbed(["eval", run, "--episodes", 1], path=run, at=1, action="readonly")
        self.assertEqual(done.returncode, 0, done.stderr)
        # From the middle of a run on: the checkpoint before that is the one to go on from.
        run, done = self.begin("b", path=self.folder / "b", at=60, action="readonly")
        self.expect_refusal(done, "Read-only file system")
        vrkn("train", "--resume", run)

    def test_a_run_directory_that_is_removed_is_not_made_anew(self):
        for number, (path, calls, at) in enumerate([("episodes/.vrkn", "write", 4), ("metrics.jsonl", "write", 5),
                                                    ("tfevents", "write", 4), ("checkpoints/", "rename", 2)]):
            run = self.folder / f"moved{number}"
            run, done = self.begin(run.name, path=path, calls=calls, at=at, action="move", move=run)
            self.expect_refusal(done, str(run))
            self.assertFalse(run.exists())
            moved = run.with_name(run.name + ".gone")
            check_no_halves(moved)
            vrkn("train", "--resume", moved)

    def test_checkpoints_of_another_model_or_version(self):
        run = self.train("a")
        other = self.train("b", "--set", "model.latent_dim=5", "--set", "training.iterations=1")
        foreign = run / "checkpoints" / "update_99999999.ckpt"
        shutil.copy(other / "checkpoints" / "update_00000004.ckpt", foreign)
        self.expect_untouched(run, ["train", "--resume", run], "'model.latent_dim' is 4 now", "begun with 5")
        self.expect_untouched(run, ["eval", run], foreign.name, "sizes")
        whole = foreign.read_bytes()
        foreign.write_bytes(whole.replace(b"checkpoint 1", b"checkpoint 7", 1))
        for command in (["train", "--resume", run], ["eval", run]):
            self.expect_untouched(run, command, foreign.name, "version '7'", "reads version 1", "update_00000016.ckpt")
        foreign.write_bytes(b"something else")
        self.expect_untouched(run, ["train", "--resume", run], foreign.name, "no checkpoint")
        vrkn("train", "--resume", run, "--checkpoint", "update_00000016.ckpt")
        self.assertFalse(foreign.exists())

    def test_an_edited_configuration(self):
        undisturbed = outcome(self.train("whole", "--set", "training.iterations=6"))
        run = self.train("a", "--set", "training.iterations=6", "--set", "evaluation.every=3")
        config = run / "config.toml"
        original = config.read_text()

        def edit(key, value):
            text, count = re.subn(rf"(?m)^{key} = [^ \n]+", f"{key} = {value}", original, count=1)
            self.assertEqual(count, 1)
            config.write_text(text)

        for key, value, words in [("seed", 9, ["'seed' is 9 now", "begun with 1"]),
                                  ("batch_size", 3, ["'training.batch_size' is 3"]),
                                  ("latent_dim", 5, ["'model.latent_dim' is 5"]),
                                  ("transition_noise", 0.5, ["'environment.transition_noise' is 0.5"]),
                                  ("iterations", 5, []),  # the planner's: the first key of that name
                                  ("latnt_dim", 5, [])]:
            if key == "latnt_dim":
                config.write_text(original.replace("latent_dim", "latnt_dim"))
            else:
                edit(key, value)
            self.expect_untouched(run, ["train", "--resume", run], *words)
        # How far, and how it is watched, may change; but not to less than there is.
        longer = re.sub(r"(?m)^iterations = 6\b", "iterations = 8", original)
        config.write_text(re.sub(r"(?m)^every = 3\b", "every = 2", longer))
        vrkn("train", "--resume", run)
        self.assertEqual(len(list((run / "episodes").iterdir())), 10)
        config.write_text(re.sub(r"(?m)^iterations = 6\b", "iterations = 7", original))
        self.expect_untouched(run, ["train", "--resume", run], "'training.iterations' is 7 now", "has finished 8")
        # What was learned until the edit is what the other run learned, too.
        for name, content in undisturbed["episodes"].items():
            self.assertEqual((run / "episodes" / name).read_bytes(), content)

    def test_a_run_goes_on_for_longer(self):
        run = self.train("a", "--set", "training.iterations=4")
        before = (run / "config.toml").read_text()
        self.expect_untouched(run, ["train", "--resume", run, "--set", "model.latent_dim=5"], "'model.latent_dim' is 5 now",
                              "begun with 4", "only these may change: training.iterations")
        self.expect_untouched(run, ["train", "--resume", run, "--set", "training.iterations=3"],
                              "'training.iterations' is 3 now", "has finished 4")
        self.expect_untouched(run, ["train", "--resume", run, "--set", "training.itrations=9"], "training.itrations")
        vrkn("train", "--resume", run, "--set", "training.iterations=6")
        undisturbed = outcome(self.train("whole", "--set", "training.iterations=6"))
        self.assertEqual(outcome(run), undisturbed)
        self.assertEqual((run / "config.toml").read_text(), before.replace("iterations = 4 ", "iterations = 6 "))
        changes = json.loads((run / "environment.json").read_text())["changes"]
        self.assertEqual([change["keys"] for change in changes], [{"training.iterations": ["4", "6"]}])
        self.assertIn("--set training.iterations=6", changes[0]["command"])
        vrkn("train", "--resume", run)  # nothing more to do, and nothing to note
        self.assertEqual(len(json.loads((run / "environment.json").read_text())["changes"]), 1)

    def test_a_fit_goes_on_for_longer(self):
        vrkn("rollout", "--task", "double_integrator", "--sensors", "state", "--episodes", 4, "--out", self.folder / "log")
        settings = ["--set", "environment.sensors=state", "--set", "training.iterations=2"]
        run = self.folder / "fit"
        vrkn("fit", "--config", self.config, *settings, "--data", self.folder / "log", "--out", run)
        self.expect_untouched(run, ["fit", "--resume", run, "--set", "agent.learning_rate=1"], "'agent.learning_rate'")
        vrkn("fit", "--resume", run, "--set", "training.iterations=3")
        self.assertEqual([line["iteration"] for line in metrics(run) if line["kind"] == "train"], [1, 2, 3])

    def test_more_memory_than_there_is(self):
        for number, setting in enumerate([
                "model.latent_dim=1000000", "model.hidden_dim=10000000000", "training.batch_size=100000000",
                "training.prefill_episodes=10000000000", "training.iterations=10000000000", "networks.image_depth=1000000",
                "networks.image_waves=10000000000", "networks.vector_hidden=100000000000", "networks.vector_layers=1000000000",
                "networks.reward_hidden=10000000000", "agent.population_size=10000000000", "agent.horizon=100000000000",
                "evaluation.episodes=1000000000", "model.latent_dim=9223372036854775807",
                "training.batch_size=9223372036854775807"]):
            run = self.folder / f"large{number}"
            done = vrkn("train", "--config", self.config, "--out", run, "--set", setting, check=2)
            self.expect_refusal(done, "needs at least", "are there", setting.replace("=", " = "))
            self.assertFalse(run.exists())
        run = self.train("a", "--set", "training.iterations=1")
        self.expect_untouched(run, ["train", "--resume", run, "--set", "evaluation.episodes=1000000000"],
                              "evaluation.episodes = 1000000000")
        self.expect_untouched(run, ["eval", run, "--episodes", 1000000000], "--episodes 1000000000")
        self.expect_untouched(run, ["imagine", run, "--samples", 10**13, "--out", self.folder / "x"], "--samples 10000")
        self.assertFalse((self.folder / "x").exists())
        vrkn("rollout", "--task", "double_integrator", "--sensors", "state", "--episodes", 2, "--out", self.folder / "log")
        done = vrkn("fit", "--config", self.config, "--data", self.folder / "log", "--out", self.folder / "fit", "--set",
                    "environment.sensors=state", "--set", "networks.vector_hidden=100000000000", check=2)
        self.expect_refusal(done, "networks.vector_hidden = 100000000000")
        self.assertFalse((self.folder / "fit").exists())

    def test_memory_that_runs_out_later_costs_nothing_that_was_saved(self):
        """The address space ends a little above what the program needs to begin with."""
        run = self.train("a", "--set", "training.iterations=2")
        before = sorted(path.name for path in run.glob("checkpoints/*"))
        command = [VRKN, "eval", run, "--episodes", "400"]
        done = subprocess.run(["prlimit", "--as=3000000000", *map(str, command)], capture_output=True, text=True, timeout=300)
        self.assertNotIn("frame #", done.stderr)
        self.assertEqual(sorted(path.name for path in run.glob("checkpoints/*")), before)

    def test_a_run_belongs_to_one_process(self):
        undisturbed = outcome(self.train("whole"))
        run = self.folder / "a"
        command = ["train", "--config", self.config, "--out", run]
        first = subprocess.Popen([VRKN, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=environment(path="checkpoints/", calls="rename", at=2, action="stop"))
        self.addCleanup(first.kill)
        os.waitpid(first.pid, os.WUNTRACED)  # until it has stopped, in the midst of its second checkpoint
        for second in (["train", "--resume", run], ["train", "--config", self.config, "--out", run]):
            self.expect_untouched(run, second, f"in use by process {first.pid} on ")
        vrkn("eval", run, "--episodes", 1)  # reading is free
        os.kill(first.pid, signal.SIGCONT)
        self.assertEqual(first.wait(timeout=120), 0)
        self.assertEqual(outcome(run), undisturbed)
        vrkn("train", "--resume", run)

    def test_no_video_is_no_reason_to_lose_a_run(self):
        run = self.folder / "a"
        done = subprocess.run([VRKN, "train", "--config", self.config, "--out", run], capture_output=True, text=True,
                              env={**os.environ, "PATH": str(self.folder)}, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("video: none", done.stdout)
        self.assertIn("ffmpeg is not installed", done.stdout)

    def test_no_folder_for_temporary_files_is_no_reason_either(self):
        done = subprocess.run([VRKN, "train", "--config", self.config, "--out", self.folder / "a"], capture_output=True,
                              text=True, env={**os.environ, "TMPDIR": str(self.folder / "none")}, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    main()
