"""vrkn --help at every level, and the commands that only print."""
import json
import os
import pathlib
import re
import subprocess

from vrkn_cli import VRKN, CliTest, main, vrkn


class HelpTest(CliTest):
    def test_every_level_has_help_with_examples(self):
        for command in ([], ["train"], ["eval"], ["rollout"], ["imagine"], ["fit"], ["export"], ["study"], ["sweep"],
                        ["report"], ["watch"], ["inspect"], ["config"], ["tasks"], ["presets"], ["bench"], ["doctor"]):
            text = vrkn(*command, "--help").stdout
            self.assertIn("vrkn", text)
            self.assertRegex(text, "Examples?:")

    def test_version(self):
        self.assertRegex(vrkn("--version").stdout, r"^vrkn \d+\.\d+\.\d+ \(.+\)\n$")

    def test_the_version_is_said_without_loading_libtorch(self):
        libraries = subprocess.run(["ldd", VRKN], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("torch", libraries)
        self.assertLess(len(libraries.splitlines()), 10)

    def test_doctor_prints_every_line(self):
        text = vrkn("doctor").stdout
        for what in ("vrkn", "LibTorch", "MuJoCo", "BLAS", "oneDNN", "renderer", "processor", "threads", "CUDA"):
            self.assertRegex(text, re.compile(f"^{what} +\\S", re.MULTILINE))
        self.assertRegex(text, r"\d GFLOP/s")

    def test_blas_has_kernels_for_this_processor(self):
        def kernels(**variables):
            environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
            found = re.search("kernels for (\\w+)", vrkn("doctor", env=environment | variables).stdout)
            return found and found[1]

        flags = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        if kernels() is None or " avx2 " not in flags:
            self.skipTest("no OpenBLAS, or a processor without AVX2")
        self.assertNotEqual(kernels(), "Prescott")  # OpenBLAS's, of a processor that it does not know
        self.assertEqual(kernels(OPENBLAS_CORETYPE="Haswell"), "Haswell")
        self.assertEqual(kernels(OPENBLAS_CORETYPE="Prescott"), "Prescott")

    def test_tasks(self):
        text = vrkn("tasks").stdout
        self.assertRegex(text, r"cartpole_swingup +1 +1000 +8 +image, proprioception \(1\), state \(5\)")

    def test_presets(self):
        text = vrkn("presets").stdout
        self.assertRegex(text, r"paper-planet +cartpole_swingup +vrkn +planet +1005000 +100000\n +The paper's PlaNet.+\n")
        listed = {preset["name"]: preset for preset in json.loads(vrkn("presets", "--json").stdout)}
        self.assertEqual([name for name in listed if not re.search(f"^{name} ", text, re.MULTILINE)], [])
        occlusion = listed["small-fig6-occlusion"]
        self.assertEqual(occlusion["bases"], ["small-dreamer", "paper-dreamer"])
        self.assertEqual((occlusion["model"], occlusion["agent"], occlusion["updates"]), ("vrkn", "dreamer", 20000))
        self.assertIn("Figure 6", occlusion["about"])

    def test_a_file_may_build_on_a_preset(self):
        path = self.folder / "mine.toml"
        path.write_text('base = "small-fig6-occlusion"\n[training]\nbatch_size = 7\n')
        self.assertEqual(vrkn("config", "--config", path).stdout,
                         vrkn("config", "--preset", "small-fig6-occlusion", "--set", "training.batch_size=7").stdout)

    def test_printed_configuration_is_a_configuration_with_a_comment_on_every_key(self):
        text = vrkn("config", "--set", "model.latent_dim=77").stdout
        for line in text.splitlines():
            if "=" in line.split("#")[0]:
                self.assertIn("#", line)
        path = self.folder / "printed.toml"
        path.write_text(text)
        # A file is not a preset: its values are those of the file alone.
        self.assertEqual(vrkn("config", "--config", path).stdout, text)


class BadInputTest(CliTest):
    def refused(self, *arguments):
        done = vrkn(*arguments, check=2)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        return done.stderr

    def test_unknown_key_names_the_nearest(self):
        message = self.refused("train", "--set", "model.latnet_dim=10", "--out", self.folder / "x")
        self.assertIn("model.latent_dim", message)
        self.assertFalse((self.folder / "x").exists())

    def test_bad_values_name_key_value_and_what_is_allowed(self):
        message = self.refused("config", "--set", "model.dropout=1.5")
        self.assertIn("model.dropout", message)
        self.assertIn("1.5", message)
        self.assertIn("(0, 1)", message)
        self.assertIn("cartpole_swingup", self.refused("config", "--set", "environment.task=cartpole_swingp"))
        self.assertIn("quick", self.refused("train", "--preset", "quik"))
        path = self.folder / "mine.toml"
        path.write_text('seed = 3\nbase = "qick"\n')
        self.assertRegex(self.refused("config", "--config", path), "mine.toml:2: .*'quick'")
        self.assertIn("num_elites", self.refused("config", "--set", "agent.population_size=5"))

    def test_missing_files(self):
        self.assertIn("none.toml", self.refused("train", "--config", self.folder / "none.toml"))
        self.assertIn("not a run directory", self.refused("eval", self.folder))
        self.assertIn("not a run directory", self.refused("train", "--resume", self.folder))

    def test_unknown_command_and_option(self):
        self.assertEqual(vrkn("trian", check=2).stdout, "")
        vrkn("train", "--prset", "quick", check=2)


if __name__ == "__main__":
    main()
