"""Other programs, run until they end or until the time of a part is over. All they print goes into log.txt."""
import os
import signal
import subprocess
import threading
import time


class Failed(Exception):
    """Why a part or a row of it did not pass, in words."""


class OutOfTime(Failed):
    pass


class Commands:
    LONG = 1e6  # seconds
    KEPT = 100_000  # characters of one program's output in the log: the last ones

    def __init__(self, log, folder, environment):
        self.log, self.folder, self.environment = log, folder, environment
        self.deadline = time.monotonic() + self.LONG  # of the part
        self._lock = threading.Lock()

    def left(self):
        """Seconds until the deadline; 0 where it is too near for anything."""
        seconds = self.deadline - time.monotonic()
        return seconds if seconds > 0.2 else 0

    def run(self, *command, at_most=LONG, stop_after=None, environment={}, allowed=(0,)):
        """The output of the program. It ends with one of the codes that are allowed, or Failed says with which and how.
        After `at_most` seconds, or when the part's time is over, it is killed. After `stop_after` seconds it is asked to
        stop."""
        command = list(map(str, command))
        if min(at_most, self.left()) <= 0:
            raise OutOfTime("no time was left")
        began = time.monotonic()
        try:
            process = subprocess.Popen(command, cwd=self.folder, env={**self.environment, **environment}, text=True,
                                       errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, start_new_session=True)
        except OSError as error:
            raise Failed(f"{command[0]} cannot be started: {error.strerror}") from None
        out, errors, in_time = self._wait(process, began + min(at_most, self.left()), stop_after and began + stop_after)
        seconds = time.monotonic() - began
        self._write(command, out, errors, process.returncode, seconds)
        if not in_time:
            raise OutOfTime(f"{command[0].rsplit('/', 1)[-1]} was killed after {seconds:.0f} s")
        if process.returncode not in allowed:
            raise Failed(ending(process.returncode, errors, out))
        return out

    @staticmethod
    def _wait(process, end, stop_at):
        try:
            if stop_at is not None and stop_at < end:
                try:
                    return *process.communicate(timeout=max(stop_at - time.monotonic(), 0)), True
                except subprocess.TimeoutExpired:
                    process.terminate()
            return *process.communicate(timeout=max(end - time.monotonic(), 0)), True
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return *process.communicate(), False
        except BaseException:  # this program is told to stop
            os.killpg(process.pid, signal.SIGKILL)
            raise

    def _write(self, command, out, errors, code, seconds):
        text = "".join(part if part.endswith("\n") else part + "\n" for part in (out, errors) if part)
        cut = f"... {len(text) - self.KEPT} characters before\n" if len(text) > self.KEPT else ""
        with self._lock, open(self.log, "a") as file:
            file.write(f"$ {' '.join(command)}\n{cut}{text[-self.KEPT:]}ended with {code} after {seconds:.1f} s\n\n")


def ending(code, errors, out):
    """How a program failed: what ours says of itself, which a list of calls may follow, or another's last line."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or out.strip().splitlines()
    how = f"killed by signal {-code}" if code < 0 else f"ended with {code}"
    said = next((line.removeprefix("vrkn: ") for line in lines if line.startswith("vrkn: ")), lines[-1] if lines else "")
    return f"{how}: {said}" if said else how
