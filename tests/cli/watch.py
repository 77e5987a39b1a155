"""vrkn watch in a process of its own."""
import re
import signal
import subprocess

from vrkn_cli import VRKN


class Watch:
    def __init__(self, *arguments):
        self.arguments = [str(argument) for argument in arguments]

    def __enter__(self):
        self.process = subprocess.Popen([VRKN, "watch", *self.arguments, "--port", "0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()  # ends when the server listens, or the process
        if not re.fullmatch(r"http://[\w.:\[\]]+:\d+/", self.url):
            self.process.kill()
            raise AssertionError(f"no URL but '{self.url}': {self.process.communicate()}")
        return self

    def stop(self, number=signal.SIGTERM):
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.process.stderr.close()
