"""A run of many iterations beside its live page: memory, open files and threads stay what they were.

    soak_test.py VRKN                              100 episodes and requests, 200 updates
    VRKN_SOAK=10000 soak_test.py VRKN              so many episodes and requests, and twice as many updates
    VRKN_SOAK=2000 VRKN_SOAK_UPDATES=500 ...       so many updates for each episode
"""
import os
import pathlib
import statistics
import subprocess
import time
import urllib.request

from vrkn_cli import VRKN, CliTest, main, metrics
from watch import Watch

EPISODES = int(os.environ.get("VRKN_SOAK", "100"))
UPDATES = int(os.environ.get("VRKN_SOAK_UPDATES", "2"))  # for each episode
# Of one more episode in the replay, and of one more record in the page: what the operating system and the heap round up
# included.
EPISODE_KIB = 3
SLACK_KIB = 4096


def use_of(pid):
    """Resident memory in KiB, open files, threads."""
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]), len(os.listdir(f"/proc/{pid}/fd")), int(status["Threads"])


class SoakTest(CliTest):
    def test_a_run_and_its_page(self):
        run = self.folder / "runs" / "soak"
        every = max(1, EPISODES // 20)
        options = [f"training.iterations={EPISODES}", f"training.updates={UPDATES}", 'environment.sensors=["state"]',
                   f"training.checkpoint_every={every}", f"evaluation.every={every}"]
        arguments = [word for option in options for word in ("--set", option)]
        log = open(self.folder / "log", "w+")
        self.addCleanup(log.close)
        process = subprocess.Popen([VRKN, "train", "--config", self.config, "--out", run, *arguments],
                                   stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(process.kill)
        while not (run / "metrics.jsonl").exists() and process.poll() is None:
            time.sleep(0.01)
        uses, requests = [], 0
        with Watch(self.folder / "runs") as watch:
            while process.poll() is None:
                # As many requests as episodes.
                done = len(list((run / "episodes").glob("*.npz")))
                while requests < done and process.poll() is None:
                    with urllib.request.urlopen(watch.url + ("data.json" if requests % 2 else ""), timeout=60) as answer:
                        self.assertEqual(answer.status, 200)
                        answer.read()
                    requests += 1
                try:
                    uses.append((done, use_of(process.pid), use_of(watch.process.pid)))
                except (FileNotFoundError, ProcessLookupError, KeyError):
                    break  # it has just ended
                time.sleep(0.02)
            self.assertEqual(process.wait(), 0, (self.folder / "log").read_text())
        self.assertEqual(sum(record["kind"] == "train" for record in metrics(run)), EPISODES)
        self.check("run", [(done, use) for done, use, _ in uses], EPISODE_KIB)
        self.check("page", [(done, use) for done, _, use in uses], EPISODE_KIB)
        sizes = {name: (run / name).stat().st_size for name in ("metrics.jsonl", "events.out.tfevents.vrkn")}
        print(f"{requests} requests; " + ", ".join(f"{name} {size / 2**20:.1f} MiB" for name, size in sizes.items()))

    def check(self, name, uses, kib_per_episode):
        """What the run needs late is what it needed early, but for the memory of the episodes."""
        last = uses[-1][0]
        halves = [[use for done, use in uses if first <= done / last <= end] for first, end in ((0.2, 0.6), (0.6, 1.0))]
        early, late = (statistics.median(use[0] for use in half) for half in halves)
        # The fewest: files and threads of an evaluation's film come and go, leaks stay.
        few, many = ([min(use[i] for use in half) for i in (1, 2)] for half in halves)
        most = max(use[0] for half in halves for use in half)
        print(f"{name}: in the first half {early:.0f} KiB, {few[0]} open files and {few[1]} threads; in the second "
              f"{late:.0f} KiB, {many[0]} and {many[1]}; at most {most} KiB")
        self.assertLessEqual(late - early, kib_per_episode * EPISODES + SLACK_KIB)
        for before, after, what in zip(few, many, ("open files", "threads")):
            self.assertLessEqual(after, before, what)


if __name__ == "__main__":
    main()
