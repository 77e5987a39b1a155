"""Train agents, fit world models to logged episodes, evaluate."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrkn import _core
from vrkn.configuration import Settings, as_overrides, preset_or_file
from vrkn.errors import ConfigError
from vrkn.runs import Run

Episode = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Record:
    """What one event of a run reports: a line of metrics.jsonl."""

    kind: str  #: "train", "collect", "evaluate", "episode", "held_out", "image"
    env_step: int  #: steps of the world so far, action repeats counted; of a fit: updates
    iteration: int  #: finished
    values: Mapping[str, float]  #: such as "return" or "loss/kl"
    pictures: Mapping[str, NDArray[np.uint8]]  #: such as "reconstruction/image": [H, W, 3]


class StopTraining(Exception):
    """Raised by a callback: the run saves what it has and ends; `resume` goes on with it."""


Callback = Callable[[Record], None]


@dataclass(frozen=True)
class Outcome:
    """Where a run stands when it ends or is stopped."""

    path: Path  #: the run's folder
    finished: bool  #: False where a callback stopped it
    iterations: int
    updates: int
    env_steps: int
    last_return: float | None  #: mean of the last evaluation; of a fit, or where there was none: None


@dataclass(frozen=True)
class Evaluation:
    """The episodes of an evaluation: no exploration noise, dropout off."""

    returns: NDArray[np.float64]  #: one per episode
    lengths: NDArray[np.int64]  #: decisions per episode
    episodes: Sequence[Episode]  #: arrays with a first axis of L steps, the reset included: every sensor and
    #: `<sensor>_valid`, action (which led to the step), reward, discount

    @property
    def mean(self) -> float:
        return float(self.returns.mean())

    @property
    def std(self) -> float:
        """Of the sample, n - 1."""
        return float(self.returns.std(ddof=1)) if len(self.returns) > 1 else 0.0


def train(
    environment: Any = None,
    *,
    out: str | PathLike[str],
    preset: str | PathLike[str] = "default",
    settings: Settings | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
    **world: Any,
) -> Outcome:
    """Trains an agent; everything it makes goes into the run directory `out`, new or empty.

    environment: None: the task of the configuration (setting "environment.task"). Else a world of one's own: the id of a
        Gymnasium environment, one of Gymnasium's or dm_control's environments, or a function that makes one, or that
        makes a vrkn.worlds.World. `world`: options for it, as vrkn.worlds.GymnasiumWorld has them: sensors, image_size,
        step_limit, action_repeat. The conditions of the configuration (noise, occlusion, missing readings) hold for it
        as they do for the library's tasks.
    preset: a name of vrkn.presets(), or a .toml file.
    settings: keys and values on top, {"training.iterations": 30}.
    callbacks: called with every record. What they raise ends the run; StopTraining saves first.

    Ctrl-C and SIGTERM save and leave: KeyboardInterrupt, or SystemExit with 143. Raises ConfigError and DataError for bad
    input before anything is written, NumericalError where a loss is not finite.
    """
    name, file = preset_or_file(preset)
    make_world = _factory(environment, world)
    with _listening(callbacks, progress) as listener:
        outcome = _core.train(name, file, as_overrides(settings), fspath(out), _command_line(), make_world, listener)
    return Outcome(**outcome)


def resume(
    path: str | PathLike[str],
    environment: Any = None,
    *,
    checkpoint: str = "",
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
    **world: Any,
) -> Outcome:
    """Goes on with a run of `train` or `fit` after it was stopped, bit for bit as if it never had been. `environment` and
    `world`: as for `train`, where the run is of a world of one's own. checkpoint: "" for the newest, "best", or a number
    of updates; later ones are dropped."""
    path = Path(path)
    with _listening(callbacks, progress) as listener:
        if (path / "data.json").exists():
            outcome = _core.resume_fit(fspath(path), checkpoint, listener)
        else:
            outcome = _core.resume_training(fspath(path), checkpoint, _factory(environment, world), listener)
    return Outcome(**outcome)


def fit(
    data: str | PathLike[str],
    *,
    out: str | PathLike[str],
    preset: str | PathLike[str] = "default",
    settings: Settings | None = None,
    held_out: float = 0.1,
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
) -> Outcome:
    """Learns a world model from the .npz episodes in the folder `data`, ours or Dreamer's, without a world to act in.
    held_out: share of the episodes to test with and not to learn from. The rest as for `train`."""
    if not 0.0 <= held_out < 1.0:
        raise ConfigError(f"held_out is {held_out}, but must be at least 0 and below 1")
    name, file = preset_or_file(preset)
    with _listening(callbacks, progress) as listener:
        outcome = _core.fit(
            fspath(data), name, file, as_overrides(settings), fspath(out), held_out, _command_line(), listener
        )
    return Outcome(**outcome)


def evaluate(
    run: Run,
    environment: Any = None,
    *,
    episodes: int = 10,
    seed: int = 0,
    conditions: Settings | None = None,
    progress: bool = True,
    **world: Any,
) -> Evaluation:
    """Plays episodes with what a run has learned.

    environment, world: as for `train`, where the run is of a world of one's own; for one of Gymnasium's they may be left
    out. conditions: other ones than it learned under, {"environment.image.dropout": 0.5}.
    """
    if episodes < 1:
        raise ConfigError(f"episodes is {episodes}, but must be at least 1")
    make_world = _factory(environment, world) if environment is not None else _world_of(run)
    with _listening((), progress) as listener:
        played = _core.evaluate(run._run, episodes, min(episodes, 10), seed, make_world, as_overrides(conditions), listener)
    returns = np.array([episode["reward"].sum(dtype=np.float64) for episode in played])
    lengths = np.array([len(episode["reward"]) - 1 for episode in played], dtype=np.int64)
    return Evaluation(returns, lengths, played)


def _factory(environment: Any, options: dict[str, Any]) -> Any:
    if environment is None:
        if options:
            raise ConfigError(f"there is no environment that {', '.join(options)} could be an option of")
        return None
    from vrkn.worlds import factory_of

    return factory_of(environment, **options)


def _world_of(run: Run) -> Any:
    """The world of a run, where its name says how to make it."""
    if not _core.is_own_world(run.task):
        return None
    import gymnasium

    name = run.task.partition(":")[2]
    if name not in gymnasium.registry:
        raise ConfigError(f"the world of the run is {name}, which is none of Gymnasium's; give the environment")
    sensors = [sensor.name for sensor in run.sensors]
    sizes = [sensor.shape[0] for sensor in run.sensors if sensor.is_image] or [64]
    return _factory(name, {"sensors": sensors, "image_size": sizes[0], "action_repeat": run.action_repeat})


def _command_line() -> str:
    return " ".join(["python", *sys.argv])


class _ProgressLine:
    """One line on the terminal that says how far a long job has come; nothing where there is no terminal."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._width = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._start < 2.0 or now - self._last < 0.2:
            return
        self._last = now
        text = f"{what}  {done}/{total}"
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)

    def clear(self) -> None:
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()


class _Stop:
    """Whether the run is to save and end, and why."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._callbacks = callbacks
        self.signal: int | None = None
        self._stopped = False

    def on_record(
        self,
        kind: str,
        env_step: int,
        iteration: int,
        values: dict[str, float],
        pictures: dict[str, NDArray[np.uint8]],
    ) -> None:
        record = Record(kind, env_step, iteration, values, pictures)
        for callback in self._callbacks:
            try:
                callback(record)
            except StopTraining:
                self._stopped = True

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None:  # the second one does not wait
            raise KeyboardInterrupt
        self.signal = number

    def should_stop(self) -> bool:
        return self._stopped or self.signal is not None


@contextmanager
def _listening(callbacks: Sequence[Callback], progress: bool) -> Iterator[_core.Listener]:
    """What the library tells and asks while it works. Afterwards raises what a signal that came meanwhile stands for."""
    stop = _Stop(callbacks)
    line = _ProgressLine() if progress and sys.stderr.isatty() else None
    former = {}
    if threading.current_thread() is threading.main_thread():
        former = {number: signal.signal(number, stop.on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield _core.Listener(stop.on_record if callbacks else None, line, stop.should_stop)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if line is not None:
            line.clear()
    if stop.signal == signal.SIGINT:
        raise KeyboardInterrupt
    if stop.signal is not None:
        raise SystemExit(128 + stop.signal)
