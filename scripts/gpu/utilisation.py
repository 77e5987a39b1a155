"""How busy the card is while something runs, as nvidia-smi sees it five times a second."""
import statistics
import subprocess
import threading

QUERY = ("utilization.gpu", "memory.used", "power.draw")


class Watch:
    def __init__(self, environment):
        self.environment, self.process, self.samples = environment, None, []

    def __enter__(self):
        try:
            self.process = subprocess.Popen(
                ["nvidia-smi", f"--query-gpu={','.join(QUERY)}", "--format=csv,noheader,nounits", "-lms", "200"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        except OSError:  # no such program: no samples
            return self
        self.reader = threading.Thread(target=self._read)
        self.reader.start()
        return self

    def _read(self):
        for line in self.process.stdout:
            try:
                self.samples.append(tuple(map(float, line.split(","))))
            except ValueError:  # a word of nvidia-smi in place of numbers
                pass

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.reader.join()
            self.process.stdout.close()

    def numbers(self):
        """Of the time in which the card did something: starting and ending are not in it."""
        busy = [sample for sample in self.samples if sample[0] > 0]
        if not busy:
            return {}
        use, memory, power = zip(*busy)
        return {"busy_%": statistics.median(use), "memory_MiB": max(memory), "power_W": statistics.median(power)}
