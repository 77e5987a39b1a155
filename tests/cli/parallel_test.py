"""One run trained by several processes: what one process learns, stopped, resumed, and no waiting for the dead."""
import os
import signal
import socket
import subprocess
import time

from vrkn_cli import VRKN, CliTest, main, metrics, vrkn

TIMEOUT = 120


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def finish(processes):
    """Exit code and last line of stderr of each."""
    ended = []
    for process in processes:
        _, errors = process.communicate(timeout=TIMEOUT)
        ended.append((process.returncode, errors.strip().split("\n")[-1]))
    return ended


class ParallelTest(CliTest):
    def setUp(self):
        super().setUp()
        self.config.write_text(self.config.read_text().replace("batch_size = 2", "batch_size = 4"))

    def start(self, count, *arguments):
        """`vrkn train` in so many processes, as a loop in a shell starts them."""
        shared = {"WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()),
                  "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
        processes = []
        for rank in range(count):
            process = subprocess.Popen([VRKN, "train", *map(str, arguments)], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True,
                                       env={**os.environ, **shared, "RANK": str(rank)})
            self.addCleanup(process.kill)
            processes.append(process)
        return processes

    def arguments(self, name, *more):
        return ["--config", self.config, "--out", self.folder / name, *more]

    def expect_finished(self, processes):
        for code, errors in finish(processes):
            self.assertEqual(code, 0, errors)

    def wait_for(self, file):
        for _ in range(int(TIMEOUT / 0.02)):
            if file.exists():
                return
            time.sleep(0.02)
        self.fail(f"{file} does not come")

    def test_two_processes_learn_what_one_learns(self):
        # Until the agent's own actions have made the episodes differ in their last digits.
        options = ["--set", "training.iterations=1", "--set", "training.updates=8"]
        alone = metrics(self.train("alone", *options))
        self.expect_finished(self.start(2, *self.arguments("together", *options)))
        together = metrics(self.folder / "together")
        self.assertEqual([record["kind"] for record in alone], [record["kind"] for record in together])
        for expected, found in zip(alone, together):
            self.assertEqual(expected.keys(), found.keys())
            for name, value in expected.items():
                if isinstance(value, str):
                    self.assertEqual(found[name], value, name)
                else:
                    self.assertAlmostEqual(found[name], value, delta=1e-4 * max(1.0, abs(value)), msg=name)

    def test_a_stop_reaches_all_and_the_resumed_run_is_the_undisturbed_one(self):
        options = ["--set", "training.iterations=6"]
        self.expect_finished(self.start(2, *self.arguments("whole", *options)))
        for asked in (0, 1):  # the one that writes, or the other
            run = self.folder / f"stopped{asked}"
            processes = self.start(2, *self.arguments(run.name, *options))
            self.wait_for(run / "episodes" / "000001.npz")
            processes[asked].send_signal(signal.SIGTERM)
            self.assertEqual([code for code, _ in finish(processes)], [143, 143])
            self.expect_finished(self.start(2, "--resume", run))
            self.assertEqual(metrics(run), metrics(self.folder / "whole"))

    def test_the_death_of_one_ends_all(self):
        for victim in (0, 1):
            run = self.folder / f"killed{victim}"
            processes = self.start(2, *self.arguments(run.name, "--set", "training.iterations=100000"))
            self.wait_for(run / "checkpoints")
            processes[victim].kill()
            code, errors = finish(processes)[1 - victim]
            self.assertEqual(code, 1)
            self.assertEqual(errors, f"vrkn: process {1 - victim} (RANK) of 2 has lost the others: one of them ended, "
                             "or did not answer for 3600 s; the run's last checkpoint is kept.")
            vrkn("inspect", run)

    def test_wrong_variables_are_one_sentence(self):
        def complaint(expected, **variables):
            done = subprocess.run([VRKN, "train", *map(str, self.arguments("never"))], env={**os.environ, **variables},
                                  capture_output=True, text=True, timeout=TIMEOUT)
            self.assertEqual((done.returncode, done.stderr), (2, f"vrkn: {expected}\n"))

        complaint("RANK is set, but the environment variable WORLD_SIZE is not", RANK="0")
        complaint("the environment variable RANK is '2', but must be a whole number from 0 to 1", RANK="2", WORLD_SIZE="2")
        for code, errors in finish(self.start(3, *self.arguments("never"))):
            self.assertEqual(code, 2)
            self.assertEqual(errors, "vrkn: training.batch_size is 4, but must be a multiple of WORLD_SIZE, 3, for every "
                             "process to learn from as many sequences")
        dreamer = [word for setting in ("agent.kind=dreamer", "agent.horizon=3", "agent.bound_returns=true")
                   for word in ("--set", setting)]
        config = self.config.read_text()
        self.config.write_text(config[:config.index("[agent]")] + config[config.index("[training]"):])
        for code, errors in finish(self.start(2, *self.arguments("never"), *dreamer)):
            self.assertEqual(code, 2)
            self.assertIn("agent.bound_returns is true", errors)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    main()
