"""Kalman world models for reinforcement learning: the C++ library vrkn from Python.

    import vrkn

    outcome = vrkn.train("Pendulum-v1", preset="small-vector", out="runs/pendulum")   # any Gymnasium environment
    run = vrkn.load(outcome.path)                                                    # what it has learned
    filter = run.filter()                                                            # beliefs that go on step by step
    action = filter.act({"state": observation})

Modules: `vrkn.runs` (load, filter, imagine), `vrkn.training` (train, fit, evaluate), `vrkn.environments` (the tasks as
Gymnasium environments), `vrkn.worlds` (other people's environments as worlds to learn in), `vrkn.frames` (runs as data),
`vrkn.studies` (what `vrkn study` found),
`vrkn.kalman` (linear-Gaussian models on NumPy arrays), `vrkn.errors`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from vrkn.errors import ConfigError, DataError, Error, InputError, NumericalError, ShapeError, SimulationError

if TYPE_CHECKING:
    from vrkn.configuration import config_text, presets
    from vrkn.environments import make, tasks
    from vrkn.frames import Calibration, calibration, episodes, metrics, plot_curves, report
    from vrkn.runs import Filter, Forecast, Run, Uncertain, load
    from vrkn.studies import detections, variances
    from vrkn.training import Evaluation, Outcome, Record, StopTraining, evaluate, fit, resume, train

# What is imported when it is first used: the models of vrkn.kalman need none of LibTorch, which takes a while to load.
_HOMES = {
    "config_text": "configuration", "presets": "configuration",
    "make": "environments", "tasks": "environments",
    "Calibration": "frames", "calibration": "frames", "episodes": "frames", "metrics": "frames", "plot_curves": "frames", "report": "frames",
    "Filter": "runs", "Forecast": "runs", "Run": "runs", "Uncertain": "runs", "load": "runs",
    "detections": "studies", "variances": "studies",
    "Evaluation": "training", "Outcome": "training", "Record": "training", "StopTraining": "training",
    "evaluate": "training", "fit": "training", "resume": "training", "train": "training",
}  # fmt: skip

__all__ = [
    "Calibration", "ConfigError", "DataError", "Error", "Evaluation", "Filter", "Forecast", "InputError", "NumericalError", "Outcome",
    "Record", "Run", "ShapeError", "SimulationError", "StopTraining", "Uncertain", "calibration", "config_text", "detections", "episodes", "evaluate",
    "fit", "load", "make", "metrics", "plot_curves", "presets", "report", "resume", "tasks", "train", "variances",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from vrkn import _core

        return _core.version()
    if name in _HOMES:
        return getattr(importlib.import_module(f"vrkn.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'vrkn' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
