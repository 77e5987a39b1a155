"""scripts/gpu_check without a card and without building: time limits, parts that fail, skipped tests, the report after each
step, and what it refuses. Programs that print what ours would stand in for them."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from types import SimpleNamespace

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts/gpu"))

import machine
import parts
from commands import Commands, Failed, OutOfTime
from report import FAILED, NOT_REACHED, PASSED, TIMED_OUT, Report, Result

MANIFEST = {"commit": "0123abc", "tree": {}, "mujoco": {"version": "3.17.0"}, "authors": None}
# What a program of GoogleTest writes; `inside` is within one test's element.
DEVICE_TEST = """#!/bin/sh
for argument; do case $argument in --gtest_output=xml:*) file=${argument#--gtest_output=xml:};; esac; done
echo "<testsuites><testsuite><testcase name='Learns/cuda' time='0.5' classname='Every/ModelOnDevice'/>
<testcase name='Adds/cuda' time='0' classname='Every/ModelOnDevice'>INSIDE</testcase></testsuite></testsuites>" >"$file"
exit CODE
"""


class FolderTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vrkn-gpu-check-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write_program(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def write_device_test(self, inside, code=0):
        self.write_program("build/tests/vrkn_device_test", DEVICE_TEST.replace("INSIDE", inside).replace("CODE", str(code)))

    def context(self):
        commands = Commands(self.folder / "log.txt", self.folder, {"PATH": "/usr/bin:/bin"})
        return SimpleNamespace(root=ROOT, kit=self.folder / "kit", out=self.folder, build=self.folder / "build",
                               work=self.folder, commands=commands, report=Report(self.folder, {}, ["one", "two"]))


class CommandsTest(FolderTest):
    def test_says_how_a_program_failed(self):
        commands = self.context().commands
        self.assertEqual(commands.run("sh", "-c", "echo fine; echo no >&2"), "fine\n")
        for script, words in (("echo vrkn: device is cuda >&2; echo from f >&2; exit 2", "ended with 2: device is cuda"),
                              ("echo first >&2; echo last >&2; exit 1", "ended with 1: last"),
                              ("echo printed; exit 1", "ended with 1: printed"), ("kill -SEGV $$", "killed by signal 11")):
            with self.assertRaises(Failed) as caught:
                commands.run("sh", "-c", script)
            self.assertEqual(str(caught.exception), words)
        with self.assertRaisesRegex(Failed, "no-such-program cannot be started"):
            commands.run("no-such-program")
        log = (self.folder / "log.txt").read_text()
        self.assertIn("$ sh -c echo fine; echo no >&2\nfine\nno\nended with 0 after", log)

    def test_kills_a_program_and_what_it_started(self):
        commands = self.context().commands
        for limit in ("at_most", "deadline"):
            if limit == "deadline":
                commands.deadline = time.monotonic() + 0.5
            began = time.monotonic()
            with self.assertRaisesRegex(OutOfTime, "sh was killed after [01] s"):  # with sleep, which holds the pipe
                commands.run("sh", "-c", "sleep 60 & wait", **({"at_most": 0.5} if limit == "at_most" else {}))
            self.assertLess(time.monotonic() - began, 20)
        with self.assertRaisesRegex(OutOfTime, "no time"):
            commands.run("true")

    def test_asks_a_program_to_stop(self):
        script = "trap 'echo saved; exit 143' TERM; while :; do sleep 0.05; done"
        self.assertEqual(self.context().commands.run("sh", "-c", script, stop_after=0.5, allowed=(0, 143)), "saved\n")


class PartsTest(FolderTest):
    def run_tests(self, inside, code=0):
        self.write_device_test(inside, code)
        part = Result("tests-model")
        try:
            parts.tests("*")(self.context(), part)
        except Failed as failure:
            return str(failure), part
        return "", part

    def test_skipped_tests_have_failed(self):
        reason, part = self.run_tests("")
        self.assertEqual((reason, [row.state for row in part.rows]), ("", [PASSED, PASSED]))
        reason, part = self.run_tests("<skipped message='on_device.h:21&#x0A;no CUDA device'/>")
        self.assertRegex(reason, "^1 of 2 tests skipped: no CUDA device$")
        self.assertEqual([row.state for row in part.rows], [PASSED, FAILED])
        reason, part = self.run_tests("<failure message='a&#x0A;2 is not 3'/>", code=1)
        self.assertRegex(reason, "^ModelOnDevice.Adds: 2 is not 3$")
        self.assertEqual(str(part.rows[0]).split()[:2], ["ModelOnDevice.Learns", "passed"])

    def test_a_program_that_crashes_or_is_not_there(self):
        self.write_program("build/tests/vrkn_device_test", "#!/bin/sh\nkill -ABRT $$\n")
        with self.assertRaisesRegex(Failed, "killed by signal 6"):
            parts.tests("*")(self.context(), Result("tests-model"))
        (self.folder / "build/tests/vrkn_device_test").unlink()
        with self.assertRaisesRegex(Failed, "vrkn_device_test is not built"):
            parts.tests("*")(self.context(), Result("tests-model"))

    def test_rows_do_not_stop_each_other(self):
        context, part = self.context(), Result("bench")

        def measure(name):
            saved = json.loads((self.folder / "report.json").read_text())  # after every row, whole
            self.assertEqual(len(saved["parts"]), 2)
            if name == "b":
                raise Failed("no device")
            return {"median_ms": 1.5}

        with self.assertRaisesRegex(Failed, "1 of 3 rows did not pass; first b: no device"):
            parts.each_row(context, part, "abc", measure)
        self.assertEqual([row.state for row in part.rows], [PASSED, FAILED, PASSED])
        context.commands.deadline = 0
        with self.assertRaises(OutOfTime):
            parts.each_row(context, part, "ab", lambda name: {})
        self.assertEqual([row.state for row in part.rows], [PASSED, NOT_REACHED])

    def test_reads_ncu(self):
        table = ('==PROF== Connected\n"ID","Kernel Name","Metric Name","Metric Unit","Metric Value"\n'
                 '"0","void vrkn::kernel::each_element<A<int>>(long, A)","gpu__time_duration.sum","ns","3,000"\n'
                 '"1","void at::native::copy<float>(int)","gpu__time_duration.sum","ns","1000"\n'
                 '"1","void at::native::copy<float>(int)","other","ns","7"\n{"rows": []}\n')
        found = parts.kernel_shares(table)
        self.assertEqual((found["launches"], found["each_element_%"], found["copy_%"]), (2, 75, 25))
        self.assertAlmostEqual(found["kernels_ms"], 0.004)
        with self.assertRaisesRegex(Failed, "no permission"):
            parts.kernel_shares("==ERROR== no permission")
        with self.assertRaisesRegex(Failed, "no kernel"):
            parts.kernel_shares(table.split("\n", 1)[1].split("\n")[0])

    def test_a_training_must_have_learned_something(self):
        file = self.folder / "metrics.jsonl"
        line = {"kind": "train", "iteration": 1, "env_step": 500, "loss/total": 4.0, "return": 1.0, "time/update_s": 0.01}
        file.write_text("".join(json.dumps(line | {"iteration": i, "loss/total": 5.0 - i}) + "\n" for i in (1, 2)))
        found = parts.learned(file)
        self.assertEqual((found["iterations"], found["first_loss"], found["last_loss"]), (2, 4.0, 3.0))
        file.write_text(json.dumps(line | {"loss/total": float("nan")}) + "\n")
        with self.assertRaisesRegex(Failed, "the loss is nan"):
            parts.learned(file)
        file.write_text('{"kind": "collect"}\n')
        with self.assertRaisesRegex(Failed, "no iteration"):
            parts.learned(file)

    def test_names_files_that_changed(self):
        (self.folder / "a").write_bytes(b"hello\n")
        tree = {"a": "ce013625030ba8dba906f756967f9e9ca394464a", "gone": "0" * 40}  # of git hash-object
        self.assertEqual(machine.changed_files(self.folder, tree), ["gone"])
        (self.folder / "a").write_bytes(b"hallo\n")
        self.assertEqual(machine.changed_files(self.folder, tree), ["a", "gone"])


class ProgramTest(FolderTest):
    def setUp(self):
        super().setUp()
        (self.folder / "kit").mkdir()
        (self.folder / "kit/manifest.json").write_text(json.dumps(MANIFEST))

    def check(self, *arguments, code):
        done = subprocess.run([sys.executable, ROOT / "scripts/gpu_check", "--kit", self.folder / "kit", "--out",
                               self.folder / "out", "--build", self.folder / "build", *map(str, arguments)],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def states(self):
        report = json.loads((self.folder / "out/report.json").read_text())
        self.assertEqual(report["commit"], "0123abc")
        text = (self.folder / "out/report.txt").read_text()
        for part in report["parts"]:
            self.assertRegex(text, rf"(?m)^{part['name']} +{part['state']}")
        return {part["name"]: part["state"] for part in report["parts"]}

    def test_parts_are_independent(self):
        self.write_device_test("")
        done = self.check("--only", "tests-model", "picture", "tests-agent", code=1)
        self.assertEqual(self.states(), {"tests-model": PASSED, "tests-agent": PASSED, "picture": FAILED})
        self.assertIn("the program vrkn is not built", done.stdout)
        self.check("--only", "tests-model", code=0)
        self.assertEqual(self.states(), {"tests-model": PASSED})

    def test_what_is_not_reached_is_named(self):
        self.write_program("build/tests/vrkn_device_test", "#!/bin/sh\nsleep 60\n")
        self.check("--only", "tests-math", "tests-nn", "--seconds", 4, code=1)
        self.assertEqual(self.states(), {"tests-nn": TIMED_OUT, "tests-math": NOT_REACHED})

    def test_says_what_is_wrong(self):
        for arguments, words in ((("--seconds", 0), "more than 0"), (("--jobs", 0), "at least 1"),
                                 (("--only", "tests"), "tests-nn"), (("--kit", self.folder), "has no manifest.json")):
            self.assertIn(words, self.check(*arguments, code=2).stderr)


class TreeTest(unittest.TestCase):
    def test_the_device_tests_are_all_of_them(self):
        listed = re.search(r"set\(device_tests\n(.*?)\)", (ROOT / "tests/CMakeLists.txt").read_text(), re.S)[1].split()
        wanted = [str(file.relative_to(ROOT / "vrkn")) for file in sorted((ROOT / "vrkn").rglob("*_test.cpp"))
                  if re.search(r"devices\(\), device_name|\"no CUDA device\"", file.read_text())]
        self.assertEqual(listed, wanted)
        self.assertGreater(len(wanted), 5)


unittest.main(verbosity=2)
