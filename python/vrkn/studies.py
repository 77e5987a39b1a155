"""What `vrkn study` found, as frames."""

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrkn.frames import text_of

if TYPE_CHECKING:
    import pandas as pd


def variances(folder: str | PathLike[str]) -> "pd.DataFrame":
    """What `vrkn study aleatoric` wrote into `folder`: a row for every world, quantity, steps_ahead and kind of model.
    mean_truth: variance of the world's own futures; mean_transition, mean_state, mean_epistemic, mean_noise: the parts of
    the model's, raw units squared. transition_ratio: the dynamics' variance over the world's, predictive_ratio: all of it,
    each with _low and _high, its 95 % interval."""
    return _frame(folder, "variances.json", "groups", "aleatoric")


def detections(folder: str | PathLike[str]) -> "pd.DataFrame":
    """What `vrkn study shift` wrote into `folder`: a row for every world, kind of model, shift and score. area_steps and
    area_episodes: areas under the ROC curve, with _low and _high; detected, false_alarms: shares of steps above the
    threshold elsewhere and at home."""
    return _frame(folder, "detection.json", "detections", "shift")


def _frame(folder: str | PathLike[str], name: str, key: str, study: str) -> "pd.DataFrame":
    import pandas as pd

    rows = json.loads(text_of(Path(folder) / name, f"vrkn study {study} writes one"))[key]
    return pd.DataFrame.from_records([_flat(row) for row in rows])


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """An estimate {value, low, high} becomes three columns, a table of numbers one for each."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if not isinstance(value, dict):
            flat[name] = value
        elif "value" in value:
            flat |= {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}
        else:
            flat |= {f"{name}_{part}": number for part, number in value.items()}
    return flat
