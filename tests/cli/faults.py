"""Runs that something goes wrong with, at a chosen system call (fault_injection.c), and what must be true of them."""
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile
import tomllib
import zipfile

from vrkn_cli import VRKN, events, metrics, read_npz

_built = []


def library():
    """The disturbing library, built once."""
    if not _built:
        folder = tempfile.TemporaryDirectory(prefix="vrkn-faults-")
        path = pathlib.Path(folder.name) / "fault_injection.so"
        source = pathlib.Path(__file__).with_name("fault_injection.c")
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-o", path, source], check=True)
        _built.append((folder, path))
    return _built[0][1]


def environment(**fault):
    """The environment of a program with a fault: path, calls, at, action, move, log."""
    names = {"FAULT_" + name.upper(): str(value) for name, value in fault.items()}
    return {**os.environ, "LD_PRELOAD": str(library()), "FAULT_PROGRAM": pathlib.Path(VRKN).name, **names}


def disturbed(arguments, **fault):
    """Runs the command with a fault; its exit code is negative where a signal ended it."""
    return subprocess.run([VRKN, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          env=environment(**fault))


def check_no_halves(run):
    """Nothing half-written stands under a final name."""
    run = pathlib.Path(run)
    for path in run.glob("checkpoints/*.ckpt"):
        payload(path)
    for path in run.glob("episodes/*.npz"):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None, path
        read_npz(path)
    if (run / "config.toml").exists():
        assert "training" in tomllib.loads((run / "config.toml").read_text())
        assert "started" in json.loads((run / "environment.json").read_text())
    for path in run.glob("videos/*.mp4"):
        assert path.read_bytes()[4:8] == b"ftyp", path


def payload(checkpoint):
    """The archive in a checkpoint, whose length is the one its head names."""
    first, second, content = pathlib.Path(checkpoint).read_bytes().split(b"\n", 2)
    assert first == b"vrkn checkpoint 1", checkpoint
    assert len(content) == int(second.split()[1]), checkpoint
    return zipfile.ZipFile(io.BytesIO(content))


def learned(checkpoint):
    """Every tensor's bytes, in their order, and the progress but for the length of metrics.jsonl, which times change."""
    with payload(checkpoint) as archive:
        tensors = {re.sub(r"^.*/data/", "", name): archive.read(name) for name in archive.namelist() if "/data/" in name}
        pickled = archive.read(next(name for name in archive.namelist() if name.endswith("/data.pkl")))
    progress = json.loads(re.search(rb'\{"best_score".*?\}', pickled)[0])
    del progress["sink_positions"][0]
    return tensors, progress


def outcome(run):
    """All that two runs of one configuration have in common."""
    run = pathlib.Path(run)
    return {
        "metrics": metrics(run),
        "events": [event for event in events(run, check_sums=False) if "/time/" not in event[0]],
        "episodes": {path.name: path.read_bytes() for path in run.glob("episodes/*")},
        "checkpoints": {path.name: learned(path) for path in run.glob("checkpoints/*")},
        "videos": sorted(path.name for path in run.glob("videos/*")),
    }


def snapshot(run):
    """Every file with its bytes, but for the lock."""
    return {path.relative_to(run): path.read_bytes() for path in pathlib.Path(run).rglob("*")
            if path.is_file() and path.name != ".lock"}
