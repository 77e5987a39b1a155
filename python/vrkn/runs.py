"""What a run has learned: filter what sensors say, act, reconstruct, and imagine with uncertainties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrkn import _core
from vrkn.configuration import Settings, as_overrides
from vrkn.errors import ConfigError, DataError, ShapeError

#: What the sensors say: arrays under the sensors' names, or None where a reading is missing.
Readings = Mapping[str, ArrayLike | None]
FloatArray = NDArray[np.float32]


def load(path: str | PathLike[str], checkpoint: str | int = "last", settings: Settings | None = None) -> "Run":
    """What the run in the folder `path` has learned.

    checkpoint: "last", "best", a number of updates, or the name of a file.
    settings: changes of its configuration, such as {"device": "cuda"}.
    Raises DataError where there is no such run or checkpoint, ConfigError for a setting that is not allowed.
    """
    return Run(_core.load(fspath(path), str(checkpoint), as_overrides(settings)))


@dataclass(frozen=True)
class Uncertain:
    """Predictions of one quantity with the parts of their variance, arrays of equal sizes, raw units and their squares.
    Images: brightness from 0 to 255."""

    mean: NDArray[np.generic]  #: [B, H', ...]; uint8 for images
    aleatoric: FloatArray  #: what remains when one knows which model is right
    epistemic: FloatArray  #: what comes from not knowing it; 0 without Monte Carlo dropout
    noise: FloatArray  #: of the sensor itself, around what it should read
    _quantity: str = field(repr=False)  # its name, and the steps ahead of the second axis
    _steps: list[int] = field(repr=False)

    @property
    def variance(self) -> FloatArray:
        """Of a reading to come: the sum of all three."""
        return self.aleatoric + self.epistemic + self.noise

    def interval(self, level: float, recalibration: _core.Recalibration | None = None) -> tuple[FloatArray, FloatArray]:
        """Low and high end of the interval around the mean that holds a reading to come with probability `level`.

        recalibration: what `Run.recalibration` gives; None: of the Gaussian as it is predicted.
        Raises ConfigError for a level that is not between 0 and 1, and where the quantity or a step was not fitted."""
        widths = _core.half_widths(recalibration, self._quantity, self._steps, level)
        shape = (1, len(widths)) + (1,) * (self.variance.ndim - 2)
        half = np.sqrt(self.variance) * np.array(widths, np.float32).reshape(shape)
        mean = self.mean.astype(np.float32)
        return mean - half, mean + half


@dataclass(frozen=True)
class Forecast:
    """What a model expects along a sequence of actions."""

    steps: NDArray[np.int64]  #: [H'] steps ahead: what the second axis of all arrays stands for
    sensors: dict[str, Uncertain]  #: of every sensor that was asked for and is learned
    _reward: Uncertain | None

    @property
    def reward(self) -> Uncertain:
        """[B, H']. Raises ConfigError where it was not asked for."""
        if self._reward is None:
            raise ConfigError("the reward was not asked for: imagine(..., reward=True)")
        return self._reward


class Filter:
    """The beliefs of `batch` episodes, moved on step by step.

    In a loop that acts:            action = filter.act(readings)
    Beside somebody else who acts:  filter.predict(action); filter.update(readings)

    Readings are a dictionary of arrays [batch, ...]; with a batch of one the first axis may be left out. A reading that
    is missing is None, or has no entry; in a batch, a list with None for those that miss it. Threads that share a filter
    wait for each other.
    """

    def __init__(self, run: "Run", batch: int, seed: int) -> None:
        self._run = run
        self._filter = _core.Filter(run._run, batch, seed)

    def predict(self, action: ArrayLike) -> None:
        """Time passes: `action` [batch, A] was applied, each component in [-1, 1]."""
        self._filter.predict(self._rows(action, 1))

    def update(self, readings: Readings) -> None:
        """Takes in what the sensors say now; what is missing is skipped."""
        self._filter.update(self._batch_of(readings))

    def act(self, readings: Readings) -> FloatArray:
        """Takes in what the sensors say now and decides: actions [batch, A] in [-1, 1]. Afterwards the belief is what the
        agent expects of the next step, its action included."""
        return self._filter.act(self._batch_of(readings))

    def reconstruct(self) -> dict[str, NDArray[np.generic]]:
        """What the belief makes each sensor read now: [batch, ...], raw units; images uint8 [batch, H, W, 3]."""
        return self._filter.reconstruct()

    def reward(self) -> FloatArray:
        """The reward that the belief makes the model expect: [batch]."""
        return self._filter.reward()

    def imagine(
        self,
        actions: ArrayLike,
        draws: int = 10,
        samples: int = 10,
        *,
        sensors: Sequence[str] | None = None,
        steps: Sequence[int] | None = None,
        reward: bool = True,
    ) -> Forecast:
        """The future along `actions` [batch, H, A], from `samples` of the state under each of `draws` of the weights.
        The belief stays as it is.

        sensors: names of those to foresee; None: all that are learned. steps: how many steps ahead, rising from 1 to at
        most H; None: all. What is not asked for is not computed, which is most of the time where there are pictures; it
        does not change what is. Raises ConfigError for a choice that there is not, ShapeError for counts below 2."""
        if isinstance(sensors, str):
            raise ConfigError(f"sensors is the text {sensors!r}, but must be a list of names")
        names = None if sensors is None else list(sensors)
        ahead = None if steps is None else [int(step) for step in steps]
        found = self._filter.imagine(self._rows(actions, 2), draws, samples, names, ahead, reward)
        foreseen = {name: Uncertain(*parts, name, found[0]) for name, parts in found[1].items()}
        reward_parts = None if found[2] is None else Uncertain(*found[2], "reward", found[0])
        return Forecast(np.array(found[0], np.int64), foreseen, reward_parts)

    @property
    def mean(self) -> FloatArray:
        """Of the latent state: [batch, Z]."""
        mean: FloatArray = self._filter.belief()["mean"]
        return mean

    @property
    def var(self) -> FloatArray:
        """Of the latent state: [batch, Z], its diagonal."""
        var: FloatArray = self._filter.belief()["var"]
        return var

    @property
    def features(self) -> FloatArray:
        """All that decoders, reward and policy see of the belief: [batch, F]."""
        return self._filter.features()

    def _rows(self, actions: ArrayLike, axes: int) -> NDArray[np.float32]:
        values = np.ascontiguousarray(actions, dtype=np.float32)
        if not np.all(np.isfinite(values)):
            raise DataError("an action is not finite")
        return values[np.newaxis] if self._filter.batch == 1 and values.ndim == axes else values

    def _batch_of(self, readings: Readings) -> dict[str, object]:
        return {name: self._reading(name, value) for name, value in readings.items()}

    def _reading(self, name: str, value: ArrayLike | None) -> object:
        if value is None:
            return None
        if isinstance(value, (list, tuple)) and any(item is None for item in value):
            return [None if item is None else _numbers(name, item) for item in value]
        array = _numbers(name, value)
        sensor = next((s for s in self._run.sensors if s.name == name), None)
        alone = sensor is not None and self._filter.batch == 1 and array.shape == sensor.shape
        return array[np.newaxis] if alone else array


def _numbers(name: str, value: ArrayLike) -> NDArray[np.generic]:
    """A reading as an array that the library takes: images uint8, all else float32."""
    array = np.asarray(value)
    if not np.issubdtype(array.dtype, np.number) and array.dtype != np.bool_:
        raise ShapeError(f"the reading of {name} is no array of numbers")
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    numbers = np.ascontiguousarray(array, dtype=np.float32)
    if not np.all(np.isfinite(numbers)):
        raise DataError(f"the reading of {name} is not finite; a missing one is None")
    return numbers


class Run:
    """What a run has learned. `vrkn.load` makes it."""

    def __init__(self, run: _core.TrainedRun) -> None:
        self._run = run

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self._run.path

    @property
    def task(self) -> str:
        """The world that it acts in: a task of the library, or "own:" and the name of another world."""
        return self._run.task

    @property
    def sensors(self) -> Sequence[_core.Sensor]:
        """What it takes in: names and shapes."""
        return self._run.sensors

    @property
    def action_size(self) -> int:
        """A: actions are [A], each component in [-1, 1]."""
        return self._run.action_size

    @property
    def action_repeat(self) -> int:
        """Steps of the world per decision."""
        return self._run.action_repeat

    @property
    def env_steps(self) -> int:
        """Steps of the world that it has learned from, action repeats counted."""
        return self._run.env_steps

    @property
    def updates(self) -> int:
        """Of its weights."""
        return self._run.updates

    @property
    def config(self) -> str:
        """Its configuration as TOML."""
        return self._run.config_text

    def recalibration(self) -> _core.Recalibration:
        """What `vrkn eval --uncertainty --fit-recalibration` found to correct its predictions by, for
        `Uncertain.interval`. Raises DataError where there is none, or it belongs to other weights than these."""
        return _core.recalibration(self._run)

    def filter(self, batch: int = 1, seed: int = 0) -> Filter:
        """A filter at the beginning of `batch` episodes. What is random in it follows from the seed. Raises ConfigError
        where the agent has no world model."""
        return Filter(self, batch, seed)

    def __repr__(self) -> str:
        return f"Run('{self.path}', task='{self.task}', env_steps={self.env_steps})"
