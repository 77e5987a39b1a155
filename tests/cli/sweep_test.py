"""Sweeps: kill them, stop them, crash their runs, start them twice, and find the same numbers in the end."""
import contextlib
import json
import os
import pathlib
import pty
import random
import re
import select
import shutil
import signal
import subprocess
import time

from vrkn_cli import VRKN, CliTest, main, metrics, vrkn

SWEEP = """
about = "two models"
base = "tiny.toml"
processes = 2
[variants.model.vrkn]
[variants.model.rssm]
model.kind = "rssm"
model.hidden_dim = 8
[grid]
seed = [1, 2, 3]
"""
RUNS = [f"{model}-seed{seed}" for seed in (1, 2, 3) for model in ("rssm", "vrkn")]
SWEEPS = pathlib.Path(__file__).resolve().parents[2] / "configs" / "sweeps"


def children_of(pid):
    with contextlib.suppress(OSError):
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def is_alive(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.005)


class SweepTest(CliTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "mine.toml"
        self.out = self.folder / "out"
        self.write(SWEEP)

    def write(self, text):
        self.file.write_text(text)

    def sweep(self, *arguments, check=0):
        return vrkn("sweep", self.file, "--out", self.out, *arguments, check=check)

    def begin(self, *arguments):
        """A sweep in a process group of its own."""
        process = subprocess.Popen([VRKN, "sweep", self.file, "--out", self.out, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        process.stdout.close()

    def states(self, *arguments):
        """The state of every run, as --status prints it."""
        table = self.sweep("--status", *arguments).stdout
        found = dict(re.findall(r"^(\S+) {2,}(not begun|no checkpoint|unfinished|running|finished|failed) ", table,
                                re.MULTILINE))
        self.assertEqual(len(found), int(re.search(r"^(\d+) runs?: ", table, re.MULTILINE)[1]), table)
        return found

    def all_metrics(self, out=None):
        return {name: metrics((out or self.out) / name) for name in RUNS}

    def refused(self, *arguments):
        done = self.sweep(*arguments, check=2)
        self.assertEqual(done.stdout, "")
        return done.stderr


class FitsTest(SweepTest):
    def test_runs_that_learn_from_files_go_on_where_they_stand(self):
        data = self.folder / "episodes"
        vrkn("rollout", "--config", self.folder / "tiny.toml", "--episodes", 5, "--out", data)
        self.write(f'base = "tiny.toml"\ndata = "{data}"\nheld_out = 0.4\n[grid]\nobjective.sensor_noise = '
                   '["1", "learned"]\n')
        process = self.begin()
        wait_until(lambda: list(self.out.glob("*/metrics.jsonl")))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        self.sweep()
        self.assertEqual(set(self.states().values()), {"finished"})
        for name in ("1", "learned"):
            run = self.out / name
            self.assertEqual(len(json.loads((run / "data.json").read_text())["held_out"]), 2)
            self.assertTrue((run / "calibration").is_dir())
            self.assertNotIn("noise/reward", metrics(run)[-1])
            self.assertEqual(any(key.startswith("noise/") for key in metrics(run)[-1]), name == "learned")
        shutil.rmtree(self.out / "1" / "calibration")
        self.assertEqual(self.states()["1"], "unfinished")
        self.sweep()
        self.assertEqual(self.states()["1"], "finished")


    def test_a_missing_folder_of_episodes_is_refused_before_anything_starts(self):
        self.write('base = "tiny.toml"\ndata = "nowhere"\n')
        self.assertIn("nowhere is not a folder of episodes", self.refused())
        self.assertFalse((self.out / "run").exists())

    def test_variants_may_learn_from_other_files(self):
        for name, episodes in (("few", 2), ("many", 4)):
            vrkn("rollout", "--config", self.folder / "tiny.toml", "--episodes", episodes, "--out", self.folder / name)
        self.write('base = "tiny.toml"\nheld_out = 0.0\n[variants.world]\n'
                   + "".join(f'{name} = {{ data = "{self.folder / name}" }}\n' for name in ("few", "many"))
                   + 'none = { model.kind = "rssm" }\n[set]\ntraining.iterations = 1\n')
        self.sweep()
        for name, files in (("few", 2), ("many", 4)):
            self.assertEqual(len(json.loads((self.out / name / "data.json").read_text())["training"]), files)
        self.assertFalse((self.out / "none" / "data.json").exists())
        self.write('base = "tiny.toml"\n[variants.a]\nx = { data = "few" }\n[variants.b]\ny = { data = "many" }\n')
        self.assertIn("only one axis may choose it", self.refused())


class KilledTest(SweepTest):
    def report(self):
        """Every file of the report by name, without the only thing that a second sweep changes: when a run began."""
        out = self.folder / "report"
        vrkn("report", self.out, "--out", out)
        begun = {json.loads(path.read_text())["started"].encode() for path in self.out.glob("*/environment.json")}
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        shutil.rmtree(out)
        for name, content in files.items():
            for moment in begun:
                content = content.replace(moment, b"then")
            files[name] = content
        return files

    def test_killed_three_times_equals_undisturbed(self):
        self.sweep()
        undisturbed, report = self.all_metrics(), self.report()
        self.assertEqual([len([r for r in undisturbed[run] if r["kind"] == "train"]) for run in RUNS], [4] * 6)
        self.out.rename(self.folder / "undisturbed")
        # Of the 36 episodes of all runs: anywhere in the first, the second and the third third.
        moments = [random.randint(12 * third + 1, 12 * third + 10) for third in range(3)]
        print(f"killed after {moments} episodes", end=" ", flush=True)
        for moment, kill in zip(moments, (os.killpg, os.kill, os.killpg)):  # the whole group, the parent only
            process = self.begin()
            wait_until(lambda: len(list(self.out.glob("*/episodes/*.npz"))) >= moment)
            self.assertIsNone(process.poll())
            kill(process.pid, signal.SIGKILL)
            process.wait(timeout=60)  # and on at once: children that are left over may still be saving
        self.sweep()
        self.assertEqual(self.all_metrics(), undisturbed)
        self.assertEqual(set(self.states().values()), {"finished"})
        again = self.report()
        self.assertLessEqual({"index.html", "runs.csv", "curves.csv", "scores.csv", "curves.svg", "curves.png"},
                             set(report))
        self.assertEqual([name for name in sorted(report | again) if report.get(name) != again.get(name)], [])

    def test_children_of_a_killed_sweep_end_by_themselves(self):
        self.write(SWEEP + "[set]\ntraining.iterations = 100000\n")
        process = self.begin()
        wait_until(lambda: len(children_of(process.pid)) == 2)
        wait_until(lambda: len(list(self.out.glob("*/checkpoints/*.ckpt"))) >= 2)
        children = children_of(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, children)))
        self.assertEqual(self.states()["rssm-seed1"], "unfinished")

    def test_killed_between_begin_and_first_checkpoint(self):
        self.sweep("--only", "vrkn-seed1")
        undisturbed = metrics(self.out / "vrkn-seed1")
        self.out = self.folder / "killed"
        process = self.begin("--only", "vrkn-seed1")
        wait_until(lambda: (self.out / "vrkn-seed1" / "config.toml").exists())
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        wait_until(lambda: self.states("--only", "vrkn-seed1")["vrkn-seed1"] in ("no checkpoint", "unfinished"))
        self.sweep("--only", "vrkn-seed1")
        self.assertEqual(metrics(self.out / "vrkn-seed1"), undisturbed)


class StoppedTest(SweepTest):
    def test_sigterm_saves_and_says_how_to_go_on(self):
        self.sweep()
        undisturbed = self.all_metrics()
        self.out = self.folder / "stopped"
        for number, (sign, code, send) in enumerate([(signal.SIGTERM, 143, os.kill), (signal.SIGINT, 130, os.killpg),
                                                     (signal.SIGTERM, 143, os.killpg)]):
            process = self.begin()
            wait_until(lambda: len(children_of(process.pid)) == 2)
            wait_until(lambda: len(list(self.out.glob("*/episodes/*.npz"))) > 7 * number)
            children = children_of(process.pid)
            send(process.pid, sign)
            said = process.communicate(timeout=60)[0]
            self.assertEqual(process.returncode, code, said)
            self.assertFalse(any(map(is_alive, children)))
            self.assertIn(f"vrkn sweep {self.file} --out {self.out}", said)
        self.assertIn("finished", self.states().values())
        self.sweep()
        self.assertEqual(self.all_metrics(), undisturbed)

    def test_finished_runs_are_never_run_again_and_a_sweep_can_be_enlarged(self):
        self.write(SWEEP.replace("[1, 2, 3]", "[1]"))
        self.sweep()
        before = {path: path.stat().st_mtime_ns for path in self.out.glob("*-seed1/**/*") if path.is_file()}
        self.write(SWEEP.replace("[1, 2, 3]", "[1, 2]"))
        said = self.sweep().stderr
        self.assertEqual(set(re.findall(r"^(\S+) begins$", said, re.MULTILINE)), {"rssm-seed2", "vrkn-seed2"})
        after = {path: path.stat().st_mtime_ns for path in self.out.glob("*-seed1/**/*") if path.is_file()}
        self.assertEqual(after, before)
        self.assertEqual(set(self.states().values()), {"finished"})


class CrashTest(SweepTest):
    def test_a_crashed_run_is_tried_once_more(self):
        self.sweep("--only", "vrkn-seed1")
        undisturbed = metrics(self.out / "vrkn-seed1")
        self.out = self.folder / "crashed"
        process = self.begin("--only", "vrkn-seed1")
        wait_until(lambda: list(self.out.glob("*/checkpoints/*.ckpt")))
        os.kill(children_of(process.pid)[0], signal.SIGKILL)
        said = process.communicate(timeout=60)[0]
        self.assertEqual(process.returncode, 0, said)
        self.assertRegex(said, r"vrkn-seed1 ended with killed by signal 9 .*; it is tried once more")
        self.assertIn("vrkn-seed1 goes on after ", said)
        self.assertEqual(metrics(self.out / "vrkn-seed1"), undisturbed)

    def test_a_run_that_crashes_twice_has_failed_and_the_others_go_on(self):
        self.write(SWEEP.replace("[1, 2, 3]", "[1]") + '[variants.model.wild]\nagent.learning_rate = 1e38\n')
        done = self.sweep(check=1)
        self.assertRegex(done.stderr, r"wild-seed1 ended with exit code 1.*it is tried once more")
        self.assertRegex(done.stderr, r"wild-seed1 failed with exit code 1; its last line: vrkn: .+")
        self.assertRegex(done.stdout, r"3 runs: 2 finished, 1 failed")
        log = (self.out / ".sweep" / "logs" / "wild-seed1.log").read_text()
        self.assertEqual(log.count("== vrkn train "), 2)
        self.assertIn("vrkn: ", log.splitlines()[-1])
        self.assertEqual(self.states(), {"rssm-seed1": "finished", "vrkn-seed1": "finished", "wild-seed1": "failed"})
        self.assertEqual(self.sweep(check=1).stderr.count("it is tried once more"), 1)


class LockTest(SweepTest):
    def test_two_sweeps_do_not_work_in_one_folder(self):
        self.write(SWEEP + "[set]\ntraining.iterations = 100000\n")
        process = self.begin()
        wait_until(lambda: len(children_of(process.pid)) == 2)
        self.assertRegex(self.refused(), rf"is being run by process {process.pid} on ")
        wait_until(lambda: self.states()["rssm-seed1"] == "running")
        self.assertRegex(vrkn("train", "--resume", self.out / "rssm-seed1", check=2).stderr,
                         rf"in use by process ({'|'.join(map(str, children_of(process.pid)))}) on ")

    def test_a_run_that_another_process_works_on_is_waited_for(self):
        first = self.begin("--only", "vrkn-seed1")
        wait_until(lambda: list(self.out.glob("*/config.toml")))
        said = self.sweep("--only", "vrkn-seed1", "--only", "rssm-seed1").stderr
        self.assertNotIn("vrkn-seed1 begins", said)
        self.assertEqual(first.wait(timeout=60), 0)
        self.assertEqual((self.out / ".sweep" / "logs" / "vrkn-seed1.log").read_text().count("== vrkn train "), 1)


class RefusalTest(SweepTest):
    def test_every_mistake_is_said_before_anything_starts(self):
        self.write(SWEEP + '[variants.noise.bad]\nenvironment.transition_noise = -1\n'
                           '[variants.noise.odd]\ntraining.bach_size = 3\n')
        lines = self.refused().splitlines()
        self.assertEqual(len(lines), 2, lines)
        self.assertRegex(lines[0], r"rssm-bad-seed1 and 5 more: .*mine.toml:\d+: 'environment.transition_noise' = -1")
        self.assertRegex(lines[1], r"rssm-odd-seed1 and 5 more: .*did you mean 'training.batch_size'")
        self.assertFalse(self.out.exists())

    def test_mistakes_of_the_file_itself(self):
        for addition, words in (("[grid.agent]\nhorizon = 3\n", "'grid.agent.horizon' must be a list"),
                                ("[set]\nseed = 3\n[slurm]\ntme = '1:00'\n", "did you mean 'slurm.time'"),
                                ("[slurm]\npartition = 'a b'\n", 'slurm: partition is "a b"'),
                                ("[variants]\nmodel.kind = 'vrkn'\n", "mine.toml:"),
                                ("[sett]\nseed = 3\n", "unknown key 'sett.seed'")):
            self.write(SWEEP + addition)
            self.assertIn(words, self.refused())
        self.write(SWEEP.replace("seed = [1, 2, 3]", "seed = [1, 1]"))
        self.assertIn("two runs have the name rssm-seed1", self.refused())
        self.write(SWEEP.replace("tiny.toml", "smal-planet"))
        self.assertIn("did you mean 'small-planet'", self.refused())
        self.write(SWEEP)
        self.assertIn("did you mean 'vrkn-seed1'", self.refused("--only", "vrkn-sed1"))
        self.assertIn("none.toml", vrkn("sweep", self.folder / "none.toml", check=2).stderr)

    def test_a_changed_configuration_is_refused_with_run_and_key(self):
        self.sweep("--only", "vrkn-seed2")
        for arguments in ([], ["--status"], ["--slurm"]):
            message = self.refused("--set", "training.batch_size=3", *arguments)
            self.assertRegex(message, r"the run vrkn-seed2: .* was begun with training.batch_size = 2, but the sweep now "
                                      r"says 3")
        self.assertEqual([path.name for path in self.out.iterdir() if path.name != ".sweep"], ["vrkn-seed2"])

    def test_foreign_folders_are_left_alone(self):
        (self.out / "vrkn-seed1").mkdir(parents=True)
        (self.out / "vrkn-seed1" / "letter.txt").write_text("mine")
        self.assertIn("holds something else than a run", self.refused())

    def test_a_device_that_is_not_here(self):
        self.write(SWEEP + "[set]\ndevice = 'cuda'\n")
        self.assertIn("device is cuda", self.refused())
        self.assertIn("6 not begun", self.sweep("--dry-run").stdout)

    def test_slurm_that_is_not_here(self):
        done = subprocess.run([VRKN, "sweep", self.file, "--out", self.out, "--slurm"], capture_output=True, text=True,
                              env={**os.environ, "PATH": str(self.folder)}, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("sbatch", done.stderr)


class ListTest(SweepTest):
    def test_dry_run_lists_the_runs_and_writes_nothing(self):
        text = self.sweep("--dry-run").stdout
        self.assertEqual(re.findall(r"^(\S+) +not begun +0/4 ", text, re.MULTILINE), RUNS)
        self.assertIn("two models", text)
        self.assertIn("2 at a time; nothing was started", text)
        self.assertIn("0/9 ", self.sweep("--dry-run", "--set", "training.iterations=9").stdout)
        self.assertFalse(self.out.exists())

    def test_on_a_terminal_there_is_one_table(self):
        parent, terminal = pty.openpty()
        self.addCleanup(os.close, parent)
        process = subprocess.Popen([VRKN, "sweep", self.file, "--out", self.out, "--only", "vrkn-seed1"],
                                   stdout=subprocess.DEVNULL, stderr=terminal)
        os.close(terminal)
        shown = b""
        while process.poll() is None or select.select([parent], [], [], 0)[0]:
            if select.select([parent], [], [], 0.1)[0]:
                try:
                    shown += os.read(parent, 65536)
                except OSError:
                    break
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertRegex(shown, rb"run +state +iteration +steps +return +left\r\n")
        self.assertRegex(shown, rb"vrkn-seed1 +running +0/4 ")
        self.assertIn(b"\x1b[3A\r\x1b[J", shown)
        self.assertNotIn(b"begins", shown)

    def test_the_papers_sweeps_resolve(self):
        files = sorted(SWEEPS.glob("*.toml"))
        self.assertGreater(len(files), 15)
        for file in files:
            text = vrkn("sweep", file, "--out", self.out, "--dry-run").stdout
            runs = re.findall(r"^(\S+) +not begun ", text, re.MULTILINE)
            with self.subTest(file.name):
                self.assertEqual(len(runs), EXPECTED[file.stem])
                seeds = SEEDS.get(file.stem, 5)
                self.assertEqual({name.rsplit("-", 1)[1] for name in runs}, {f"seed{s + 1}" for s in range(seeds)})
        self.assertEqual({file.stem for file in files}, set(EXPECTED))


SEEDS = {"small-vector-fusion": 3, "small-vector-noise": 3, "fit-pixels": 1, "fit-paper-size": 1, "small-pixels": 3, "small-positions": 2,
         "fit-agents-pixels": 2, "fit-agents-positions": 3, "pixels-occlusion": 3, "pixels-missing": 3,
         "pixels-fusion": 3, "aleatoric": 3, "exploration": 3, "ensembles": 3, "pessimism": 3}  # others: 5
# Curves times tasks times seeds.
PAPER = {"fig4-planet": 4 * 6 * 5, "fig4-dreamer": 4 * 8 * 5, "fig5-planet": 3 * 6 * 5, "fig5-dreamer": 3 * 8 * 5,
         "fig6-occlusion": 3 * 4 * 3 * 5, "fig8-fusion": 2 * 8 * 3 * 5, "fig8-missing": 2 * 8 * 3 * 5}
EXPECTED = {prefix + name: runs for name, runs in PAPER.items() for prefix in ("", "small-")}
EXPECTED |= {"small-vector-fusion": 4 * 2 * 3, "small-vector-noise": 4 * 2 * 3, "small-precision": 2 * 5,
             "overlap": 2 * 5, "bounded-returns": 2 * 2 * 5, "fit-pixels": 17, "small-pixels": 2 * 3 * 3, "small-positions": 2 * 2,
             "fit-agents-pixels": 3 * 2, "fit-paper-size": 2, "fit-agents-positions": 4 * 3,
             "pixels-standard": 6 * 3 * 5, "pixels-occlusion": 3 * 3 * 3, "pixels-missing": 2 * 3 * 3,
             "pixels-fusion": 2 * 3 * 3, "aleatoric": 6 * 8 * 3,
             "exploration": 3 * 2 * 3, "ensembles": 2 * 2 * 3, "pessimism": 2 * 3}


if __name__ == "__main__":
    main()
