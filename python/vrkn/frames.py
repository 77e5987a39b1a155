"""Runs as data: metrics as frames, episodes as arrays, comparisons with intervals, curves as figures."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vrkn import command
from vrkn.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def text_of(path: Path, hint: str) -> str:
    """What a file holds. hint: what may be wrong where there is none."""
    if not path.exists():
        raise DataError(f"{path} does not exist; {hint}")
    return path.read_text(encoding="utf-8")


def metrics(run: str | PathLike[str], kind: str | None = None) -> "pd.DataFrame":
    """The metrics of a run, one row per event, as a pandas frame with the columns kind, env_step, iteration, and one per
    metric (NaN where an event has none). kind: "train", "collect", "evaluate", "episode" or "held_out" alone, with their
    own columns only. Polars: polars.from_pandas(frame), or polars.read_ndjson(run / "metrics.jsonl")."""
    import pandas as pd

    path = Path(run) / "metrics.jsonl"
    lines = text_of(path, f"is {fspath(run)} a run directory?").split("\n")
    records = [json.loads(line) for line in lines[:-1]]  # the last may still be being written
    chosen = [record for record in records if kind in (None, record["kind"])]
    if kind is not None and not chosen:
        kinds = sorted({record["kind"] for record in records})
        raise DataError(f"{path} has no events of the kind '{kind}'; it has {', '.join(kinds)}")
    return pd.DataFrame.from_records(chosen)


def episodes(run: str | PathLike[str]) -> Iterator[dict[str, NDArray[np.generic]]]:
    """The episodes that a run has collected, in their order: arrays with a first axis of L steps, as in its .npz files;
    images [L, H, W, 3]."""
    folder = Path(run) / "episodes"
    if not folder.is_dir():
        raise DataError(f"{folder} does not exist; is {fspath(run)} a run that acts?")
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as file:
            yield {name: _channels_last(file[name]) for name in file.files}


def _channels_last(values: NDArray[np.generic]) -> NDArray[np.generic]:
    return np.moveaxis(values, 1, 3) if values.ndim == 4 else values


@dataclass(frozen=True)
class Calibration:
    """How sure predictions were and how right, as `vrkn eval --uncertainty` and `vrkn.fit` found it."""

    horizons: "pd.DataFrame"  #: per quantity and steps_ahead: coverage_50, squared_error, aleatoric, epistemic and others
    gaps: "pd.DataFrame"  #: per quantity, and of the latent belief: how variance and error change over a gap
    warnings: list[str]  #: sentences; none where nothing speaks against the variances


def calibration(folder: str | PathLike[str]) -> Calibration:
    """What calibration.json in `folder` says; of a fitted run, in its folder calibration. All in network units. gaps has
    the columns quantity, early (of gaps that begin in the first steps of an episode alone), episodes, variance_change,
    variance_change_error, squared_error_change, squared_error_change_error (changes over the mean, and their standard
    errors) and warns; no rows where the file is of an older version."""
    import pandas as pd

    read = json.loads(text_of(Path(folder) / "calibration.json", "vrkn eval --uncertainty and vrkn.fit write one"))
    horizons = [{"quantity": name, **horizon} for name, of in read["quantities"].items() for horizon in of]
    gap = read.get("gap", {})
    checks = [(name, early, check)
              for prefix, early in (("", False), ("early_", True)) if gap
              for name, check in [*gap[prefix + "quantities"].items(), ("latent belief", gap[prefix + "latent"])]]  # fmt: skip
    gaps = [
        {
            "quantity": name,
            "early": early,
            "episodes": check["episodes"],
            "variance_change": check["variance_trend"]["change"],
            "variance_change_error": check["variance_trend"]["standard_error"],
            "squared_error_change": check["error_trend"]["change"],
            "squared_error_change_error": check["error_trend"]["standard_error"],
            "warns": check["warns"],
        }
        for name, early, check in checks
    ]
    frame = pd.DataFrame.from_records(horizons).drop(columns=["coverage_curve", "pit"], errors="ignore")
    return Calibration(frame, pd.DataFrame.from_records(gaps), gap.get("warnings", []))


@dataclass(frozen=True)
class Report:
    """A comparison of runs: what `vrkn report` computes, as pandas frames."""

    runs: "pd.DataFrame"  #: run, group, task, seed, last_step, started, commit, path
    scores: "pd.DataFrame"  #: per task and group: runs, mean, mean_low, mean_high, median at one step
    curves: "pd.DataFrame"  #: per task, group and step: runs, quartile_25, median, quartile_75
    overall: "pd.DataFrame"  #: per group: interquartile mean and others over tasks, with intervals


def report(
    runs: str | PathLike[str] | Sequence[str | PathLike[str]],
    *,
    group_by: str | None = None,
    at: int | None = None,
    out: str | PathLike[str] | None = None,
) -> Report:
    """Compares runs: curves over seeds and scores with bootstrap intervals.

    runs: run directories, or folders of them. group_by: the key by which they are grouped, such as "model.kind". at: the
    step at which scores are read; None: the last that all reached. out: a folder, new or empty, that keeps the page, the
    figures and the tables.
    """
    import pandas as pd

    folders = [runs] if isinstance(runs, (str, PathLike)) else list(runs)
    options = [option for key, value in (("--group-by", group_by), ("--at", at)) if value is not None
               for option in (key, str(value))]  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(out) if out is not None else Path(temporary) / "report"
        command.run("report", "--out", fspath(folder), *options, "--", *(fspath(path) for path in folders))
        read = {name: pd.read_csv(folder / f"{name}.csv") for name in ("runs", "scores", "curves") }
        overall = folder / "overall.csv"
        read["overall"] = pd.read_csv(overall) if overall.exists() else pd.DataFrame()
    return Report(**read)


def plot_curves(source: "Report | str | PathLike[str] | Sequence[str | PathLike[str]]", task: str | None = None,
                axes: "Axes | None" = None, **options: Any) -> "Axes":  # fmt: skip
    """Learning curves of one task with their quartiles, a line per group. source: a report, or runs to make one of, with
    the options of `report`. task: may be left out where there is only one."""
    import matplotlib.pyplot as plt

    curves = (source if isinstance(source, Report) else report(source, **options)).curves
    found = sorted(curves["task"].unique())
    if task is None:
        if len(found) != 1:
            raise DataError(f"the runs are of several tasks: {', '.join(found)}; say task=...")
        task = found[0]
    if task not in found:
        raise DataError(f"no run is of {task}; there are {', '.join(found)}")
    axes = axes if axes is not None else plt.figure(figsize=(6, 4)).add_subplot()
    for group, rows in curves[curves["task"] == task].groupby("group"):
        (line,) = axes.plot(rows["step"], rows["median"], label=f"{group} ({rows['runs'].max()})")
        axes.fill_between(rows["step"], rows["quartile_25"], rows["quartile_75"], color=line.get_color(), alpha=0.2)
    axes.set(title=task, xlabel="environment steps", ylabel="return")
    axes.legend()
    return axes
