"""Runs the tests of the Python package as it lies in a build folder. Exits with 77 where the packages that they need
(scripts/requirements-test.txt) are not installed."""

import importlib.util
import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent

if importlib.util.find_spec("pytest") is None:
    print("run_tests: pytest is not installed (scripts/requirements-test.txt)")
    sys.exit(77)

import pytest

sys.path.insert(0, sys.argv[1])
os.environ["PYTHONPATH"] = sys.argv[1]
os.environ.setdefault("MUJOCO_GL", "egl")  # no screen
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", str(TESTS), *sys.argv[2:]]))
