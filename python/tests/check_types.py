"""Checks the types of the Python package as it lies in a build folder, its stubs included, with mypy's strict rules. Exits
with 77 where mypy is not installed."""

import importlib.util
import subprocess
import sys
from pathlib import Path

if importlib.util.find_spec("mypy") is None:
    print("check_types: mypy is not installed (scripts/requirements-test.txt)")
    sys.exit(77)
# The version that Gymnasium's own types want at least.
rules = ["--strict", "--python-version", "3.12", "--no-incremental"]
sys.exit(subprocess.run([sys.executable, "-m", "mypy", *rules, str(Path(sys.argv[1]) / "vrkn")], check=False).returncode)
