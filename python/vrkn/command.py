"""The command `vrkn`, which the package brings with it."""

import os
import subprocess
import sys
from pathlib import Path

#: The program.
PROGRAM = Path(__file__).parent / "bin" / "vrkn"


def run(*arguments: str) -> str:
    """Runs the command and returns what it prints. Raises InputError with its message where it refuses, Error else."""
    from vrkn.errors import Error, InputError

    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout
    message = done.stderr.strip().removeprefix("vrkn: ")
    raise (InputError if done.returncode == 2 else Error)(message)


def main() -> None:
    """What the console script starts: gives way to the program."""
    os.execv(PROGRAM, [str(PROGRAM), *sys.argv[1:]])
