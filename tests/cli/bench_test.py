"""vrkn bench: every subject at tiny sizes, what it prints for machines, and what it refuses. No timings."""
import json
import signal
import subprocess

from vrkn_cli import VRKN, CliTest, main, vrkn

ONCE = ("--threads", 1, "--repetitions", 1)
KINDS = ["products", "convolutions", "random numbers", "elementwise", "copies", "rest"]


class SubjectTest(CliTest):
    def measure(self, subject, *arguments):
        done = vrkn("bench", subject, *ONCE, "--json", *arguments)
        self.assertEqual(done.stderr, "")
        found = json.loads(done.stdout)
        self.assertEqual((found["subject"], found["threads"], found["repetitions"]), (subject, 1, 1))
        for key in ("work", "device", "vrkn", "commit", "libtorch", "processor", "blas"):
            self.assertTrue(found[key], key)
        self.assertGreater(found["peak_memory_bytes"], 2**20)
        self.assertTrue(found["rows"])
        for row in found["rows"]:
            time = row[row["clock"] + "_s"]
            self.assertLessEqual(0, time["low"])
            self.assertLessEqual(time["low"], time["median"])
            self.assertLessEqual(time["median"], time["high"])
            if "ratio" in row:
                self.assertAlmostEqual(row["ratio"] * row["limit_s"] / time["median"], 1, places=6)
        return found

    def of_tiny(self, subject, *arguments):
        return self.measure(subject, "--config", self.config, *arguments)

    def test_train_step_says_where_its_time_goes(self):
        found = self.of_tiny("train-step")
        self.assertEqual([row["work"] for row in found["rows"]], ["update"])
        self.assertEqual(found["rows"][0]["limited_by"], "arithmetic")
        self.assertGreater(found["peaks"]["gflop_per_s"], 0)
        profile = found["profile"]
        self.assertEqual([kind["name"] for kind in profile["kinds"]], KINDS)
        self.assertIn("model backward", [part["name"] for part in profile["parts"]])
        for shares in (profile["parts"], profile["kinds"]):
            self.assertAlmostEqual(sum(share["time_s"] for share in shares), profile["total_s"], places=6)

    def test_the_same_work_costs_the_same(self):
        for subject in ("train-step", "recurrence", "plan", "act", "forecast", "codec"):
            with self.subTest(subject):
                costs = [[row["gflop"] for row in self.of_tiny(subject)["rows"]] for _ in range(2)]
                self.assertEqual(costs[0], costs[1])
                self.assertGreater(min(costs[0]), 0)

    def test_quick_is_a_fifth(self):
        full = self.of_tiny("recurrence", "--set", "training.batch_size=10")["rows"][1]["gflop"]
        quick = self.of_tiny("recurrence", "--set", "training.batch_size=10", "--quick")["rows"][1]["gflop"]
        self.assertAlmostEqual(full / quick, 5, places=6)

    def test_a_forecast_costs_what_is_asked_for(self):
        rows = {row["work"]: row["gflop"] for row in self.of_tiny("forecast")["rows"]}
        self.assertEqual(list(rows), ["everything, every step", "everything, the last step",
                                      "vectors and reward, every step", "reward, every step", "reward, the last step"])
        every, last, vectors, reward, last_reward = rows.values()
        self.assertAlmostEqual((every - reward) / (last - last_reward), 10, places=6)
        self.assertLess(reward, vectors)
        self.assertLess(vectors, every)

    def test_replay_moves_bytes(self):
        row = self.of_tiny("replay")["rows"][0]
        self.assertGreater(row["gb_moved"], 0)
        self.assertEqual((row["limited_by"], row["unit"], row["units"]), ("memory", "sequences", 2))

    def test_environments_beside_bare_physics(self):
        found = self.measure("env", "--quick", "--set", "environment.sensors=state")
        rows = {row["work"]: row for row in found["rows"]}
        self.assertEqual(rows["cartpole_swingup, advance"]["limited_by"], "mj_step")
        self.assertEqual(rows["cartpole_swingup, advance"]["units"], 100)
        self.assertEqual(rows["pool of 8, 1 thread"]["clock"], "wall")
        self.assertNotIn("mjr_render", rows)  # no picture is wanted

    def test_lgssm(self):
        found = self.measure("lgssm", "--quick")
        self.assertEqual(len(found["rows"]), 16)
        self.assertEqual(sorted(found["peaks"]), ["gb_copied_per_s", "gb_new_per_s", "gflop_per_s"])

    def test_prints_for_people(self):
        text = vrkn("bench", "act", "--config", self.config, *ONCE).stdout
        for words in ("act: planet", "GFLOP/s", "BLAS: ", "decision", "by arithmetic", "peak memory"):
            self.assertIn(words, text)
        plain = vrkn("bench", "act", "--config", self.config, "--set", "onednn=false", *ONCE).stdout
        self.assertIn("matrices in between by BLAS\n", plain)


class StopTest(CliTest):
    def test_a_signal_ends_it(self):
        process = subprocess.Popen([VRKN, "bench", "train-step", "--config", self.config, "--repetitions", "1000000"],
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(timeout=2)  # it measures
        process.send_signal(signal.SIGTERM)
        self.assertIn(process.wait(timeout=60), (-signal.SIGTERM, 143))


class RefusalTest(CliTest):
    def refused(self, *arguments):
        done = vrkn("bench", *arguments, check=2)
        self.assertEqual((done.stdout, len(done.stderr.strip().splitlines())), ("", 1), done.stderr)
        return done.stderr

    def test_says_what_is_wrong(self):
        cases = ((("trian-step",), "train-step, recurrence"),
                 (("lgssm", "--preset", "quick"), "do not apply"),
                 (("env", "--device", "cpu"), "--device does not apply"),
                 (("--preset", "quick"), "need a subject"),
                 (("act", "--repetitions", 0), "at least 1"),
                 (("act", "--threads", -1), "threads"),
                 (("act", "--device", "tpu"), "device"),
                 (("plan", "--preset", "small-dreamer"), "planet"),
                 (("train-step", "--set", "agent.kind=random"), "does not learn"),
                 (("env", "--set", "environment.task=double_integrator"), "control suite"),
                 (("act", "--preset", "quik"), "quick"))
        for arguments, words in cases:
            with self.subTest(arguments=arguments):
                self.assertIn(words, self.refused(*arguments))


main()
