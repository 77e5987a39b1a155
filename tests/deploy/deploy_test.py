"""examples/deploy, on runs that `vrkn` trains and exports: the program in C++, built where ONNX Runtime is found for C++
($ONNXRUNTIME_ROOT, or where CMake looks), and the programs in Python, where onnxruntime can be imported.

    deploy_test.py <vrkn> cpp|python

Exits with 77 where ONNX Runtime is missing."""
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = SOURCE / "examples" / "deploy"
sys.path[:0] = [str(SOURCE / "tests" / "cli"), str(EXAMPLE)]
from vrkn_cli import TINY, vrkn  # noqa: E402

PART = sys.argv[2]
CONDITIONS = ["environment.state.delay=1", "environment.image.interval_max=3"]


def skip(reason):
    print("skipped:", reason)
    sys.exit(77)


class Deploy(unittest.TestCase):
    """Two exports in a temporary folder: "planet", which sees and feels, and "dreamer", which feels alone."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="vrkn-deploy-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        (cls.folder / "tiny.toml").write_text(TINY)
        cls.export("planet", *CONDITIONS)
        cls.export("dreamer", CONDITIONS[0], "environment.sensors=state", "agent.kind=dreamer", "model.kind=rssm-mcd",
                   config=re.sub(r"\[agent\].*?(?=\[training)", "", re.sub(r"\[model\].*?(?=\[net)", "", TINY, flags=re.S),
                                 flags=re.S))

    @classmethod
    def export(cls, name, *settings, config=TINY):
        path, run = cls.folder / (name + ".toml"), cls.folder / (name + "-run")
        path.write_text(config)
        vrkn("train", "--config", path, "--out", run, *(word for setting in settings for word in ("--set", setting)))
        vrkn("eval", run, "--episodes", 10, "--seed", 1, "--fit-monitor", "--window", 4)
        vrkn("export", run, "--out", cls.folder / name)

    def run_program(self, *arguments, check=0):
        done = subprocess.run([*self.program, *map(str, arguments)], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, check, done.stdout + done.stderr)
        return done

    def number(self, pattern, text):
        found = re.search(pattern, text)
        self.assertIsNotNone(found, text)
        return float(found.group(1))


class Cpp(Deploy):
    @classmethod
    def setUpClass(cls):
        build = pathlib.Path(tempfile.mkdtemp(prefix="vrkn-deploy-build-"))
        cls.addClassCleanup(shutil.rmtree, build)
        launcher = shutil.which("ccache")
        done = subprocess.run(["cmake", "-S", SOURCE / "tests" / "deploy", "-B", build, "-G", "Ninja",
                               "-D", f"CMAKE_CXX_COMPILER_LAUNCHER={launcher or ''}"], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        if "ONNX Runtime for C++ is not here" in done.stdout:
            skip("ONNX Runtime for C++ is not here")
        subprocess.run(["cmake", "--build", build], check=True, capture_output=True)
        cls.build, cls.program = build, [build / "deploy" / "deploy"]
        super().setUpClass()

    def test_the_parts(self):
        done = subprocess.run([self.build / "loop_test", "--gtest_brief=1"], capture_output=True, text=True,
                              env={**os.environ, "DEPLOY_EXPORT": str(self.folder / "planet")})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_episodes(self):
        for name, decisions in (("planet", 60), ("dreamer", 60)):
            said = self.run_program(self.folder / name, "--speed", 0, "--episodes", 3, "--forecast", 2).stdout
            self.assertLess(20, self.number(r"mean return of 3 episodes: ([-0-9.]+)", said), said)
            self.assertGreater(100, self.number(r"mean return of 3 episodes: ([-0-9.]+)", said), said)
            self.assertEqual(self.number(r"(\d+) decisions: median", said), decisions)
            self.assertEqual(self.number(r"allocations: \d+ by this program before the loop, (\d+) in it", said), 0)
            self.assertGreater(self.number(r"before the loop.* ([0-9.]+) per decision inside", said), 0)
            self.assertEqual(self.number(r"deadlines missed: (\d+)", said), 0)
            self.assertEqual(len(re.findall(r"in 1.00 s:  state .* reward .*\[", said)), 6)

    def test_the_monitor(self):
        said = self.run_program(self.folder / "dreamer", "--speed", 0, "--quiet", "--episodes", 5).stdout
        self.assertLess(self.number(r"monitor: (\d+) decisions above the threshold", said), 50)  # of 95
        text = (self.folder / "dreamer" / "model.json").read_text()
        threshold = json.loads(text)["monitor"]["threshold"]
        (self.folder / "dreamer" / "model.json").write_text(text.replace(f'"threshold": {threshold}', '"threshold": 0.0'))
        done = self.run_program(self.folder / "dreamer", "--speed", 0, "--quiet")
        (self.folder / "dreamer" / "model.json").write_text(text)
        self.assertEqual(self.number(r"monitor: (\d+) decisions above", done.stdout), 19)  # all but the first
        self.assertEqual(len(re.findall("warning: this is not the world that was learned: prediction error", done.stderr)), 1)

    def test_late_readings(self):
        said = self.run_program(self.folder / "planet", "--speed", 0, "--quiet", "--transport", "state=2.2", "--replay", 4)
        self.assertGreater(self.number(r"(\d+) late and computed again", said.stdout), 10)
        self.assertEqual(self.number(r"(\d+) too late", said.stdout), 0)
        said = self.run_program(self.folder / "planet", "--speed", 0, "--quiet", "--transport", "state=2.2", "--replay", 1)
        self.assertGreater(self.number(r"(\d+) too late", said.stdout), 10)

    def test_a_sensor_dies(self):
        done = self.run_program(self.folder / "dreamer", "--speed", 0, "--dies", "state=2", "--stop-after", 4)
        self.assertIn("warning: state has been silent for", done.stderr)
        actions = dict(re.findall(r"([0-9.]+) s  position .* action ([-+0-9.]+)", done.stdout))
        self.assertNotEqual(actions["5.00"], "+0.000")
        self.assertEqual({actions[f"{step / 2:.2f}"] for step in range(13, 20)}, {"+0.000"})
        uncertainty = dict(re.findall(r"([0-9.]+) s .* uncertainty ([0-9.]+)", done.stdout))
        self.assertEqual(len(uncertainty), 20)

    def test_missed_deadlines(self):
        done = self.run_program(self.folder / "planet", "--speed", 1e6)
        self.assertGreater(self.number(r"deadlines missed: (\d+)", done.stdout), 0)
        self.assertGreater(self.number(r"decisions left out: (\d+)", done.stdout), 0)
        self.assertRegex(done.stderr, r"warning: decision \d+ was [0-9.]+ ms late")

    def test_the_rate_is_kept(self):
        done = self.run_program(self.folder / "dreamer", "--speed", 10, "--quiet")  # 20 decisions, 50 ms each
        self.assertEqual(self.number(r"(\d+) decisions", done.stdout) + self.number(r"left out: (\d+)", done.stdout), 20)

    def test_latency(self):
        for name in ("planet", "dreamer"):
            said = self.run_program(self.folder / name, "--latency", 200, "--forecast", 2).stdout
            for what in ("filter", "policy", "decision", "forecast"):
                median, most = (self.number(what + rf" .*{share} +([0-9.]+) ms", said) for share in ("median", "longest"))
                self.assertLess(0, median)
                self.assertLessEqual(median, most)

    def test_refusals(self):
        for arguments, words in (((self.folder / "nothing",), "cannot read"),
                                 ((self.folder / "planet", "--dies", "sonar=3"), "has no sensor sonar"),
                                 ((self.folder / "planet", "--speed", "fast"), "--speed: fast"),
                                 ((self.folder / "planet", "--wrong"), "unknown option --wrong")):
            done = self.run_program(*arguments, check=2)
            self.assertEqual(len(done.stderr.splitlines()), 1)
            self.assertIn(words, done.stderr)

    def test_neither_vrkn_nor_torch_is_linked(self):
        libraries = subprocess.run(["ldd", *self.program], check=True, capture_output=True, text=True).stdout
        self.assertIn("libonnxruntime", libraries)
        self.assertNotRegex(libraries, "lib(torch|vrkn|c10|mujoco)")


class Python(Deploy):
    @classmethod
    def setUpClass(cls):
        for module in ("numpy", "onnxruntime"):
            if not importlib.util.find_spec(module):
                skip(f"{module} cannot be imported")
        super().setUpClass()
        cls.program = [sys.executable, EXAMPLE / "loop.py"]

    def test_episodes(self):
        for name in ("planet", "dreamer"):
            said = self.run_program(self.folder / name, "--speed", 0, "--episodes", 3, "--forecast", 2).stdout
            self.assertLess(20, self.number(r"mean return of 3 episodes: ([-0-9.]+)", said), said)
            self.assertEqual(len(re.findall(r"in 1.00 s: state", said)), 6)
            self.assertLess(self.number(r"monitor: (\d+) decisions above the threshold", said), 30)  # of 57
            self.assertIn("deadlines missed: 0", said)

    def test_late_readings_and_a_sensor_that_dies(self):
        said = self.run_program(self.folder / "planet", "--speed", 0, "--transport", "state=2.2", "--dies", "image=3").stdout
        self.assertGreater(self.number(r"'late': (\d+)", said), 10)
        self.assertNotRegex(said, r"(?m)^ *[4-9]\.\d+ s.*image")
        self.assertRegex(said, r"(?m)^ *2\.\d+ s.*image")

    def test_latency_and_deadlines(self):
        self.number(r"decision: median ([0-9.]+) ms", self.run_program(self.folder / "dreamer", "--latency", 100).stdout)
        done = self.run_program(self.folder / "planet", "--speed", 1e6, "--quiet")
        self.assertGreater(self.number(r"deadlines missed: (\d+)", done.stdout), 0)
        self.assertIn("ms late", done.stderr)

    def test_late_readings_lead_to_the_same_belief(self):
        import numpy as np
        from exported_run import ExportedRun, Filter
        run, rng = ExportedRun(self.folder / "planet"), np.random.default_rng(1)
        values = {(step, name): rng.integers(0, 256, sensor["shape"]) if sensor["kind"] == "image"
                  else rng.normal(size=sensor["shape"])
                  for step in range(30) for name, sensor in run.sensors.items() if rng.random() < 0.7}

        def filtered(lateness):
            filter, found, ways = Filter(run, 0.5, replay_steps=6), [], []
            arrives = {key: key[0] + (lateness() if key[0] < 20 else 0) for key in values}
            for step in range(30):
                filter.advance([np.sin(step)])
                ways += [filter.add(name, taken * 0.5, values[taken, name])
                         for (taken, name), arrival in arrives.items() if arrival == step]
                found.append(filter.update()[0])
            return np.concatenate(found), ways

        in_time, ways = filtered(lambda: 0)
        self.assertEqual(set(ways), {"in time"})
        late, ways = filtered(lambda: rng.integers(0, 6))
        self.assertEqual(set(ways), {"in time", "late"})
        self.assertFalse(np.array_equal(late, in_time))
        np.testing.assert_array_equal(late[-1], in_time[-1])

    def test_the_monitor_is_that_of_vrkn(self):
        import numpy as np
        from exported_run import ExportedRun, Monitor
        run, said = ExportedRun(self.folder / "dreamer"), {}
        said["vrkn"] = json.loads(vrkn("eval", self.folder / "dreamer-run", "--episodes", 3, "--seed", 2, "--monitor",
                                       "--json").stdout)["monitor"]
        vrkn("rollout", "--policy", self.folder / "dreamer-run", "--episodes", 3, "--seed", 2, "--out", self.folder / "played")
        filter, monitor, errors, alarms = run.graph("filter"), Monitor(run), [], []
        self.assertEqual(monitor.threshold, said["vrkn"]["threshold"])
        for path in sorted((self.folder / "played").glob("*.npz")):
            episode = np.load(path)
            belief, length = np.zeros((1, run.model["belief"]["size"]), np.float32), len(episode["action"])
            monitor.reset()
            for step in range(length):
                action, valid = episode["action"][step], episode["state_valid"][step]
                if step > 0:
                    alarms.append(monitor.observe(belief, action, {"state": episode["state"][step]} if valid else {}))
                    errors.append(monitor.error)
                belief = filter(belief=belief, action=action[None], is_first=np.array([step == 0]),
                                state=episode["state"][None, step], state_valid=np.array([valid]))["posterior"]
        known = [error for error in errors if not np.isnan(error)]
        self.assertGreater(len(known), 50)
        self.assertAlmostEqual(np.mean(known), said["vrkn"]["mean_error"], delta=1e-4 * np.mean(known))
        self.assertAlmostEqual(np.sum(alarms) / len(known), said["vrkn"]["share_above"], delta=1.5 / len(known))

    def test_a_file_that_changed_is_refused(self):
        from exported_run import ExportedRun
        copy = self.folder / "copy"
        shutil.copytree(self.folder / "planet", copy)
        with open(copy / "decode.onnx", "ab") as file:
            file.write(b"!")
        with self.assertRaisesRegex(ValueError, "decode.onnx is not the file"):
            ExportedRun(copy)

    def test_conditions_are_those_of_the_docs(self):
        import numpy as np
        from conditions import Occluders, Schedule, noisy
        rng = np.random.default_rng(1)
        schedule = Schedule({"interval_min": 2, "interval_max": 4}, rng)
        read = [step for step in range(3000) if schedule.reads(step)]
        self.assertEqual((read[0], set(np.diff(read))), (0, {2, 3, 4}))
        lossy = Schedule({"dropout": 0.25}, rng)
        self.assertAlmostEqual(np.mean([lossy.reads(step) for step in range(10000)]), 0.75, delta=0.03)
        self.assertAlmostEqual(np.std(noisy(np.zeros(10000), 0.5, False, rng)), 0.5, delta=0.03)
        grey = noisy(np.full((3, 50, 50), 128, np.uint8), 0.1, True, rng)
        self.assertAlmostEqual(np.std(grey), 25.5, delta=1)
        # The shares that vrkn's defaults hide (docs/tasks.md), early and late.
        discs = {"kind": "discs", "number": 5, "radius_min": 0.15, "radius_max": 0.3, "speed_min": 0.005, "speed_max": 0.02}
        walls = {"kind": "walls", "number": 2, "width_min": 0.1, "width_max": 0.35, "speed_min": 0.005, "speed_max": 0.02}
        for occlusion, share in ((discs, 0.326), (walls, 0.328), ({"kind": "none"}, 0.0)):
            for step in (0, 500):
                hidden = []
                for _ in range(500):
                    picture = np.zeros((3, 16, 16), np.uint8)
                    Occluders(occlusion, rng).paint(picture, step)
                    hidden.append((picture > 0).all(0).mean())
                self.assertAlmostEqual(np.mean(hidden), share, delta=0.03)

    @unittest.skipUnless(importlib.util.find_spec("dm_control"), "dm_control cannot be imported")
    def test_the_worlds_are_those_of_vrkn(self):
        """From the same starts the same actions lead to the same readings and rewards, in a task of every domain."""
        os.environ.setdefault("MUJOCO_GL", "disabled")
        import numpy as np
        from dm_control import suite
        from suite_world import SuiteWorld, read_starts
        tasks = [line.split()[0] for line in vrkn("tasks").stdout.splitlines() if " 1000 " in line]
        self.assertEqual(len(tasks), 22)
        self.assertLess(set(tasks), {"_".join(task) for task in suite.ALL_TASKS})
        sensors = ["state", "position", "proprioception"]
        for task in {task.split("_")[0]: task for task in tasks}.values():
            out, starts = self.folder / task, self.folder / (task + ".json")
            vrkn("rollout", "--task", task, "--sensors", ",".join(sensors), "--action-repeat", 4, "--out", out,
                 "--starts", starts)
            episode = np.load(out / "000000.npz")
            world = SuiteWorld({
                "run": {"task": task}, "control": {"action_repeat": 4},
                "sensors": [{"name": name, "kind": "vector", "shape": list(episode[name].shape[1:]),
                             "learned_with": {"delay": 0, "noise": 0}} for name in sensors],
                "world": {"episode_steps": 250, "transition_noise": 0, "occlusion": {"kind": "none"}, "picture": "suite"}})
            readings, over = world.reset(read_starts(starts)[0]), False
            # The ball's string pulls a little otherwise in every version of MuJoCo.
            for step in range(1 if task == "ball_in_cup_catch" else 5):
                self.assertEqual([(name, taken) for name, taken, _ in readings], [(name, step) for name in sensors])
                for name, _, value in readings:
                    np.testing.assert_allclose(value, episode[name][step], rtol=1e-4, atol=1e-4, err_msg=f"{task} {name}")
                reward, readings, over = world.step(episode["action"][step + 1].astype(np.float64))
                self.assertAlmostEqual(reward, episode["reward"][step + 1], places=4)
            self.assertFalse(over)

    @unittest.skipUnless(importlib.util.find_spec("dm_control"), "dm_control cannot be imported")
    def test_bad_input_is_refused_in_a_sentence(self):
        broken = self.folder / "broken.json"
        broken.write_text("{}")
        for arguments, words in (((self.folder / "planet",), "double_integrator, which is none of dm_control's"),
                                 ((self.folder / "nothing",), "nothing"),
                                 ((self.folder / "planet", "--starts", broken), "not what vrkn eval --starts writes")):
            done = subprocess.run([sys.executable, EXAMPLE / "play.py", *map(str, arguments)], capture_output=True, text=True,
                                  timeout=300, env={**os.environ, "MUJOCO_GL": "disabled"})
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn(words, done.stderr)
        from suite_world import SuiteWorld
        with self.assertRaisesRegex(ValueError, "learned from files"):
            SuiteWorld({"run": {"task": "cartpole_balance"}, "sensors": [], "world": None})

    @unittest.skipUnless(importlib.util.find_spec("dm_control"), "dm_control cannot be imported")
    def test_the_control_suite_is_played(self):
        self.export("balance", "environment.task=cartpole_balance", "environment.sensors=state,position,proprioception",
                    "environment.transition_noise=0.1", "environment.proprioception.noise=0.1",
                    "environment.position.delay=1", "environment.position.dropout=0.2", "environment.state.interval_max=3", "environment.action_repeat=20",
                    "evaluation.film=false")
        starts = self.folder / "starts.json"
        vrkn("eval", self.folder / "balance-run", "--episodes", 2, "--starts", starts)
        for arguments in (["--episodes", "2"], ["--starts", starts, "--sample"]):
            done = subprocess.run([sys.executable, EXAMPLE / "play.py", self.folder / "balance", *arguments, "--json"],
                                  capture_output=True, text=True, timeout=300, env={**os.environ, "MUJOCO_GL": "disabled"})
            self.assertEqual(done.returncode, 0, done.stderr)
            returns = json.loads(done.stdout)["returns"]
            self.assertEqual(len(returns), 2)
            for value in returns:
                self.assertTrue(50 < value <= 1000, value)


if __name__ == "__main__":
    del Deploy
    for part in [Cpp, Python]:
        if part.__name__.lower() != PART:
            del globals()[part.__name__]
    del part
    unittest.main(argv=sys.argv[:1])
