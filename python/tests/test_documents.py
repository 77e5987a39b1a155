"""Every block of Python in the documents runs. Their agents learn with a tiny model for a moment in place of minutes."""

import importlib.util
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import matplotlib
import numpy as np
import pytest
from conftest import TINY

import vrkn
from vrkn import command

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCUMENTS = sorted(path for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")] if BLOCK.search(path.read_text("utf-8")))


def in_a_moment(learn: Callable[..., vrkn.Outcome]) -> Callable[..., vrkn.Outcome]:
    def learning(*arguments: Any, **options: Any) -> vrkn.Outcome:
        small = TINY | {"environment.action_repeat": 50} if not arguments else TINY
        options["settings"] = small | {"training.sequence_length": 8} | options.get("settings", {}) | {"training.iterations": 2}
        return learn(*arguments, progress=False, **options)

    return learning


def make_what_commands_make(document: str) -> None:
    """The files that the commands beside a document's Python write."""
    if document == "rollouts.md":
        command.run("rollout", "--task", "double_integrator", "--sensors", "state", "--out", "episodes")
    if document == "uncertainty.md":
        outcome = vrkn.train(out="run", preset="small-planet", settings={"environment.sensors": "state"})
        forecast = ["--horizon", "5", "--draws", "2", "--samples", "2", "--episodes", "1"]
        command.run("eval", str(outcome.path), "--uncertainty", *forecast, "--out", "uncertainty")
    if document == "trust.md":
        outcome = vrkn.train(out="runs/cartpole", preset="small-planet", settings={"environment.sensors": "state"})
        run, counts = str(outcome.path), ["--episodes", "2", "--draws", "2", "--samples", "2"]
        command.run("eval", run, "--uncertainty", "--horizon", "2", *counts, "--out", "tested")
        worlds = ["--steps", "1", "--states", "2", "--futures", "3", "--ways", "2", "--out", "studies/aleatoric"]
        command.run("study", "aleatoric", run, *counts, *worlds)
        command.run("study", "shift", run, "--shift", "physics.mass=2", *counts, "--out", "studies/shift")


def what_readers_bring(document: str) -> dict[str, Any]:
    """The names that a document's Python leaves to its reader."""
    if document != "export.md":
        return {}
    pytest.importorskip("onnxruntime")
    sizes = [f"model.{key}=6" for key in ("latent_dim", "hidden_dim")] + [
        f"agent.{key}=6" for key in ("actor_hidden", "value_hidden")
    ]
    settings = ["threads=1", "environment.task=double_integrator", "environment.sensors=position", "agent.horizon=3",
                "training.prefill_episodes=2", "training.iterations=1", "training.updates=2", "training.batch_size=4",
                "training.sequence_length=8"]  # fmt: skip
    overrides = [word for setting in sizes + settings for word in ("--set", setting)]
    command.run("train", "--preset", "small-dreamer", "--out", "run", *overrides)
    command.run("export", "run", "--out", "exported")
    shape = json.loads(Path("exported/model.json").read_text("utf-8"))["sensors"][0]["shape"]
    readings = {"position": np.zeros((1, *shape), np.float32), "position_valid": np.ones(1, bool)}
    return {"read_sensors": lambda: readings, "drive": lambda action: None}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_blocks_run(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(vrkn, "train", in_a_moment(vrkn.train), raising=False)
    monkeypatch.setattr(vrkn, "fit", in_a_moment(vrkn.fit), raising=False)
    make_what_commands_make(document.name)
    if importlib.util.find_spec("wandb") is None:
        monkeypatch.setitem(sys.modules, "wandb", MagicMock())
    text = document.read_text("utf-8")
    names = what_readers_bring(document.name)
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 2  # so that a failure names the document's own line
        exec(compile("\n" * (line - 1) + match.group(1), str(document), "exec"), names)


def test_there_are_documents() -> None:
    assert ROOT / "docs" / "python.md" in DOCUMENTS
