"""vrkn rollout: episodes and videos, replays of recorded episodes, and what it refuses."""
import json
import pathlib
import signal
import struct
import subprocess
import time

from vrkn_cli import VRKN, CliTest, floats, main, read_npz, vrkn

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
POINT = ("--task", "double_integrator", "--action-repeat", 5)


class PlayTest(CliTest):
    def play(self, *arguments):
        return json.loads(vrkn("rollout", *arguments, "--json").stdout)

    def test_episodes_are_files_that_hold_what_was_said(self):
        out = self.folder / "episodes"
        result = self.play(*POINT, "--episodes", 12, "--sensors", "image,state", "--image-size", 16, "--out", out)
        self.assertEqual(result["files"], [str(out / f"{number:06}.npz") for number in range(12)])
        self.assertEqual(sorted(map(str, out.iterdir())), result["files"])
        self.assertEqual(result["lengths"], [20] * 12)
        for file, expected in zip(result["files"], result["returns"]):
            arrays = read_npz(file)
            self.assertEqual({name: entry[:2] for name, entry in arrays.items()},
                             {"image": ("|u1", (21, 3, 16, 16)), "image_valid": ("|b1", (21,)),
                              "state": ("<f4", (21, 2)), "state_valid": ("|b1", (21,)),
                              "action": ("<f4", (21, 1)), "reward": ("<f4", (21,)), "discount": ("<f4", (21,)),
                              "is_first": ("|b1", (21,))})
            self.assertAlmostEqual(sum(floats(arrays["reward"])), expected, places=4)
            self.assertGreater(max(map(abs, floats(arrays["action"]))), 0.3)
        self.assertEqual(len(set(result["returns"])), 12)

    def test_a_seed_is_a_rollout(self):
        first, again, other = (self.play(*POINT, "--episodes", 3, "--seed", seed) for seed in (4, 4, 5))
        self.assertEqual(first, again)
        self.assertNotEqual(first["returns"], other["returns"])
        self.assertAlmostEqual(first["return_mean"], sum(first["returns"]) / 3, places=9)

    def test_zero_does_nothing_and_noise_disturbs_it(self):
        out = self.folder / "still"
        still = self.play(*POINT, "--policy", "zero", "--sensors", "state", "--out", out)
        arrays = read_npz(out / "000000.npz")
        self.assertEqual(set(floats(arrays["action"])), {0.0})
        position = floats(arrays["state"])[0]
        self.assertAlmostEqual(still["return_mean"], 100 * (1 - position ** 2 / 2), places=3)
        noisy = self.play(*POINT, "--policy", "zero", "--transition-noise", 0.5)
        self.assertNotEqual(noisy["returns"], still["returns"])
        # The short option is --set in other words.
        self.assertEqual(self.play(*POINT, "--policy", "zero", "--set", "environment.transition_noise=0.5"), noisy)

    def test_an_agent_plays_as_in_its_evaluation(self):
        run = self.train("a", "--set", "training.iterations=1")
        played = self.play("--policy", run, "--episodes", 3)
        evaluated = json.loads(vrkn("eval", run, "--episodes", 3, "--json").stdout)
        self.assertEqual(played["returns"], evaluated["returns"])
        self.assertEqual(played["task"], "double_integrator")
        noisy = self.play("--policy", run, "--episodes", 3, "--set", "environment.transition_noise=0.5")
        self.assertNotEqual(played["returns"], noisy["returns"])

    def test_starts_are_those_of_the_episodes(self):
        starts, out = self.folder / "starts.json", self.folder / "out"
        arguments = ["--task", "reacher_easy", "--sensors", "state", "--episodes", 12, "--seed", 3, "--set",
                     "environment.state.dropout=0.5"]
        self.play(*arguments, "--starts", starts)
        self.play(*arguments[:-2], "--out", out)  # an observation of every start
        episodes = json.loads(starts.read_text())["episodes"]
        self.assertEqual(len(episodes), 12)
        for number, episode in enumerate(episodes):
            observed = floats(read_npz(out / f"{number:06}.npz")["state"])[:6]
            for found, expected in zip(sum(episode["reset"]["obs"].values(), []), observed, strict=True):
                self.assertAlmostEqual(found, expected, places=6)
            self.assertEqual(episode["actions"], [])
            self.assertEqual({field["field"] for field in episode["model_fields"]}, {"geom_pos"})
        vrkn("rollout", "--task", "reacher_easy", "--replay", starts)  # it is a recording

    def test_an_evaluation_writes_the_same_starts(self):
        run = self.train("a", "--set", "training.iterations=1", "--set", "environment.task=cartpole_balance", "--set",
                         "environment.sensors=state", "--set", "environment.action_repeat=100", "--set",
                         "evaluation.film=false")
        one, other = self.folder / "one.json", self.folder / "other.json"
        vrkn("eval", run, "--episodes", 3, "--seed", 5, "--starts", one)
        self.play("--policy", run, "--episodes", 3, "--seed", 5, "--starts", other)
        self.assertEqual(one.read_bytes(), other.read_bytes())

    def test_video_and_words(self):
        for sensors, note in (("image", ""), ("state", "the world only")):
            video = self.folder / f"{sensors}.mp4"
            done = vrkn("rollout", *POINT, "--sensors", sensors, "--video", video)
            self.assertEqual(video.read_bytes()[4:8], b"ftyp")
            self.assertIn("mean return", done.stdout)
            self.assertIn(str(video), done.stdout)
            self.assertRegex(done.stdout, "next:  vrkn train --set environment.task=double_integrator")
            self.assertIn(note, done.stderr)
        self.assertIn("mean return", vrkn("rollout", "--task", "cartpole_balance", "--sensors", "state").stdout)

    def test_a_signal_stops_it_and_leaves_whole_files(self):
        for number, (sign, code) in enumerate([(signal.SIGTERM, 143), (signal.SIGINT, 130)]):
            out = self.folder / f"stopped{number}"
            process = subprocess.Popen([VRKN, "rollout", "--task", "counter", "--sensors", "state", "--episodes",
                                        "1000000", "--out", out], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            while not out.is_dir() or len(list(out.glob("*.npz"))) < 10:
                self.assertIsNone(process.poll())
                time.sleep(0.005)
            process.send_signal(sign)
            self.assertEqual(process.wait(timeout=60), code)
            for file in out.iterdir():
                self.assertEqual(read_npz(file)["reward"][1], (101,))


class ReplayTest(CliTest):
    def replay(self, *arguments, check=0):
        return vrkn("rollout", "--task", "cartpole_swingup", "--replay", *arguments, check=check)

    def assert_near(self, found, expected, tolerance):
        if isinstance(expected, dict):
            self.assertEqual(list(found), list(expected))
            for key in expected:
                self.assert_near(found[key], expected[key], tolerance)
        elif isinstance(expected, list):
            self.assertEqual(len(found), len(expected))
            for one, other in zip(found, expected):
                self.assert_near(one, other, tolerance)
        else:
            self.assertLessEqual(abs(found - expected), tolerance)

    def test_a_recording_comes_out_as_it_was_recorded(self):
        golden = json.loads((GOLDEN / "cartpole_swingup.json").read_text())
        out, frame = self.folder / "out.json", self.folder / "frame.png"
        self.replay(GOLDEN / "cartpole_swingup.json", "--out", out, "--frame", frame, "--width", 64, "--height", 48)
        found = json.loads(out.read_text())
        for episode, expected in zip(found["episodes"], golden["episodes"], strict=True):
            self.assert_near(episode["reset"]["obs"], expected["reset"]["obs"], 1e-9)
            for step, other in zip(episode["steps"], expected["steps"], strict=True):
                for key in ("qpos", "qvel", "obs", "reward"):
                    self.assert_near(step[key], other[key], 1e-8)
        for probe, expected in zip(found["probes"], golden["probes"], strict=True):
            for key in ("obs", "reward"):
                self.assert_near(probe[key], expected[key], 1e-9)
        picture = frame.read_bytes()
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", picture[16:24]), (64, 48))

    def test_a_broken_recording_is_refused_and_nothing_written(self):
        whole = (GOLDEN / "cartpole_swingup.json").read_text()
        bent = json.loads(whole)
        bent["episodes"][1]["actions"][3] = [0.0, 0.0]
        out, frame = self.folder / "out.json", self.folder / "frame.png"
        for text, reason in ((whole[:1000], "is not JSON"), ("{}", 'no "episodes"'), ("", "is not JSON"),
                             (json.dumps(bent), r"episodes\[1\]: actions\[3\].*2 components")):
            broken = self.folder / "broken.json"
            broken.write_text(text)
            message = self.replay(broken, "--out", out, "--frame", frame, check=2).stderr
            self.assertRegex(message, reason)
            self.assertEqual(len(message.strip().splitlines()), 1, message)
            self.assertFalse(out.exists() or frame.exists())
        self.assertIn("none.json", self.replay(self.folder / "none.json", check=2).stderr)
        message = vrkn("rollout", "--task", "counter", "--replay", GOLDEN / "cartpole_swingup.json", check=2).stderr
        self.assertIn("counter", message)


class BadInputTest(CliTest):
    def test_one_sentence_says_what_is_wrong(self):
        for arguments, parts in ((["--task", "cartpole_swingupp"], ["did you mean 'cartpole_swingup'?"]),
                                 (["--camera", "ceiling"], ["ceiling", "0 (fixed), 1 (lookatcart)"]),
                                 (["--sensors", "smell"], ["smell", "proprioception"]),
                                 (["--transition-noise", "-0.1"], ["transition_noise", "-0.1", "0"]),
                                 (["--image-size", "0"], ["image_size", "0", "16"]),
                                 (["--action-repeat", "many"], ["action_repeat", "many"]),
                                 (["--set", "environment.picture=slow"], ["picture", "slow", "fast"]),
                                 (["--episodes", "0"], ["--episodes", "0", "at least 1"]),
                                 (["--seed", "-1"], ["--seed", "-1"]),
                                 (["--starts", "starts.json", *map(str, POINT)], ["double_integrator", "--starts"]),
                                 (["--policy", "none"], ["none", "not a run directory"]),
                                 (["--video", "a.avi", *map(str, POINT)], [".mp4"])):
            out = self.folder / "out"
            message = vrkn("rollout", *arguments, "--out", out, check=2).stderr
            self.assertEqual(len(message.strip().splitlines()), 1, message)
            for part in parts:
                self.assertIn(part, message)
            self.assertFalse(out.exists())

    def test_a_full_folder_is_left_alone(self):
        (self.folder / "note").write_text("mine")
        self.assertIn("not empty", vrkn("rollout", *POINT, "--out", self.folder, check=2).stderr)

    def test_an_unknown_camera_leaves_no_run(self):
        vrkn("train", "--set", "environment.camera=ceiling", "--out", self.folder / "run", check=2)
        self.assertFalse((self.folder / "run").exists())


if __name__ == "__main__":
    main()
