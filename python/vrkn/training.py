"""Train agents, fit world models to logged episodes, evaluate."""

import json
import shutil
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vrkn import _core
from vrkn.configuration import Settings, as_overrides, preset_or_file
from vrkn.errors import ConfigError, DataError
from vrkn.runs import Run

if TYPE_CHECKING:
    from vrkn.worlds import World

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
    finished: bool  #: False where a callback stopped it by StopTraining; signals raise
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
        """Of the sample, n - 1; NaN for one episode."""
        return float(self.returns.std(ddof=1)) if len(self.returns) > 1 else float("nan")


def train(
    environment: Any = None,
    *,
    out: str | PathLike[str],
    preset: str | PathLike[str] = "default",
    settings: Settings | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
    sensors: str | Sequence[str] | None = None,
    image_size: int | None = None,
    step_limit: int | None = None,
    action_repeat: int | None = None,
    absorbing_steps: int | None = None,
    name: str | None = None,
) -> Outcome:
    """Trains an agent; everything it makes goes into the run directory `out`, new or empty.

    environment: None: the task of the configuration (setting "environment.task"). Else a world of one's own: the id of a
        Gymnasium environment, one of Gymnasium's or dm_control's environments, or a function that makes one, or that
        makes a vrkn.worlds.World. The conditions of the configuration (noise, occlusion, missing readings) hold for it as
        they do for the library's tasks.
    preset: a name of vrkn.presets(), or a .toml file.
    settings: keys and values on top, {"training.iterations": 30}.
    callbacks: called with every record. What they raise ends the run; StopTraining saves first.
    sensors, image_size, step_limit, action_repeat, name: of an environment, as vrkn.worlds.GymnasiumWorld has them.
    absorbing_steps: for so many decisions an episode goes on after its task has ended (a fall, a goal; not a time limit),
        with the last readings and no reward, and so the model learns what an end is worth. None:
        training.sequence_length, so that the shortest episode gives training sequences; 0: an end ends the episode.

    Ctrl-C and SIGTERM save and leave: KeyboardInterrupt, or SystemExit with 143; a second one does not wait. Raises
    ConfigError and DataError for bad input, NumericalError where a loss is not finite; a run that ends so before its first
    checkpoint leaves nothing behind. Sets PyTorch's number of threads.
    """
    preset_name, file = preset_or_file(preset)
    if environment is not None and absorbing_steps is None:
        absorbing_steps = _sequence_length(preset_name, file, settings or {})
    options = _options(sensors, image_size, step_limit, action_repeat, absorbing_steps, name)
    make_world = _factory(environment, options)
    if make_world is not None:
        _refuse_settings_of_the_world(settings or {})
    world = "" if make_world is None else _facts(make_world, options)
    free = not Path(out).exists() or not any(Path(out).iterdir())
    with _listening(callbacks, progress) as listener, _nothing_half_written(Path(out), free):
        outcome = _core.train(
            preset_name, file, as_overrides(settings), fspath(out), _command_line(), make_world, world, listener
        )
    return Outcome(**outcome)


def resume(
    path: str | PathLike[str],
    environment: Any = None,
    *,
    checkpoint: str | int = "",
    settings: Settings | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
) -> Outcome:
    """Goes on with a run of `train` or `fit` after it was stopped, bit for bit as if it never had been. `environment`: as
    for `train`, where the run is of a world of one's own; for a registered one of Gymnasium's it may be left out. Its
    options are those that the run was begun with. checkpoint: "" for the newest, "best", or a number of updates; later
    ones are dropped. settings: keys that change from here on, such as {"training.iterations": 64} to go on for longer.
    Raises ConfigError where the world is another one now, or a key is one that may not change."""
    path = Path(path)
    with _listening(callbacks, progress) as listener:
        if (path / "data.json").exists():
            outcome = _core.resume_fit(
                fspath(path), str(checkpoint), as_overrides(settings), _command_line(), listener
            )
        else:
            make_world = _world_of(path, environment, {})
            outcome = _core.resume_training(
                fspath(path), str(checkpoint), as_overrides(settings), _command_line(), make_world, listener
            )
    return Outcome(**outcome)


def fit(
    data: str | PathLike[str],
    *,
    out: str | PathLike[str],
    preset: str | PathLike[str] = "default",
    settings: Settings | None = None,
    held_out: float = 0.1,
    layout: str = "auto",
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
) -> Outcome:
    """Learns a world model from the .npz episodes in the folder `data`, ours or Dreamer's, without a world to act in.
    held_out: share of the files to test with and not to learn from. layout: which step the actions and rewards of the
    files belong to, "auto", "dreamer", "dreamerv3" or "transitions". The rest as for `train`."""
    if not 0.0 <= held_out < 1.0:
        raise ConfigError(f"held_out is {held_out}, but must be at least 0 and below 1")
    name, file = preset_or_file(preset)
    with _listening(callbacks, progress) as listener:
        outcome = _core.fit(
            fspath(data), name, file, as_overrides(settings), fspath(out), held_out, layout, _command_line(), listener
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
    step_limit: int | None = None,
) -> Evaluation:
    """Plays episodes with what a run has learned; they end where their task does.

    environment: as for `resume`. conditions: other ones than it learned under, {"environment.image.dropout": 0.5}.
    step_limit: steps of the environment in an episode, where they are to be others than it learned with.
    """
    if episodes < 1:
        raise ConfigError(f"episodes is {episodes}, but must be at least 1")
    if seed < 0:
        raise ConfigError(f"seed is {seed}, but must be at least 0")
    changes = {} if step_limit is None else {"step_limit": step_limit}
    make_world = _world_of(run.path, environment, changes, ends_absorb=False)
    overrides = as_overrides(conditions)
    with _listening((), progress) as listener:
        played = _core.evaluate(run._run, episodes, min(episodes, 10), seed, make_world, overrides, listener)
    returns = np.array([episode["reward"].sum(dtype=np.float64) for episode in played])
    lengths = np.array([len(episode["reward"]) - 1 for episode in played], dtype=np.int64)
    return Evaluation(returns, lengths, played)


def _options(
    sensors: str | Sequence[str] | None,
    image_size: int | None,
    step_limit: int | None,
    action_repeat: int | None,
    absorbing_steps: int | None,
    name: str | None,
) -> dict[str, Any]:
    """Those that were given."""
    options: dict[str, Any] = {
        "sensors": [sensors] if isinstance(sensors, str) else None if sensors is None else list(sensors),
        "image_size": image_size,
        "step_limit": step_limit,
        "action_repeat": action_repeat,
        "absorbing_steps": absorbing_steps,
        "name": name,
    }
    return {option: value for option, value in options.items() if value is not None}


def _factory(environment: Any, options: dict[str, Any]) -> "Callable[[], World] | None":
    if environment is None:
        if options:
            raise ConfigError(f"there is no environment that {', '.join(options)} could be an option of")
        return None
    from vrkn.worlds import factory_of

    return factory_of(environment, **options)


def _sequence_length(preset: str, file: str, settings: Settings) -> int:
    """What training.sequence_length will be. Settings of the world are left out, for it is not made yet."""
    of_training = {key: value for key, value in settings.items() if key.startswith("training.")}
    text = _core.config_text(preset, file, ["environment.task=own:world", *as_overrides(of_training)])
    return int(tomllib.loads(text)["training"]["sequence_length"])


def _refuse_settings_of_the_world(settings: Settings) -> None:
    for key in ("sensors", "image_size", "action_repeat"):
        if f"environment.{key}" in settings:
            raise ConfigError(f"the environment is given, so say {key}=... in place of the setting environment.{key}")
    if "environment.task" in settings:
        raise ConfigError("the environment is given, so there is no task to choose by the setting environment.task")


def _facts(make_world: "Callable[[], World]", options: Mapping[str, Any]) -> str:
    """What world.json says: the facts of a world, and the options that it was made with."""
    world = make_world()
    facts = {
        "name": world.name,
        "sensors": {name: list(shape) for name, shape in world.sensors},
        "action_size": world.action_size,
        "action_repeat": world.action_repeat,
        "step_limit": world.step_limit,
        "options": dict(options),
    }
    close = getattr(world, "close", None)
    if close is not None:
        close()
    return json.dumps(facts, indent=2) + "\n"


def _world_of(
    path: Path, environment: Any, changes: dict[str, Any], *, ends_absorb: bool = True
) -> "Callable[[], World] | None":
    """What makes the world of a run, without absorbing steps where ends do not absorb; None where it is one of the library's.
    Raises ConfigError where it is not the one that the run was begun with, `changes` aside."""
    try:
        stored = json.loads((path / "world.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _factory(environment, changes)
    except ValueError as error:
        raise DataError(f"{path / 'world.json'} does not say what the run's world is: {error}") from error
    if environment is None:
        import gymnasium

        environment = stored["name"]
        if environment not in gymnasium.registry:
            raise ConfigError(f"the world of the run is {environment}, which is none of Gymnasium's; give the environment")
    options = {**stored["options"], **changes}
    if not ends_absorb:
        options.pop("absorbing_steps", None)
    make_world = _factory(environment, options)
    assert make_world is not None
    found = json.loads(_facts(make_world, {}))
    for fact in ("sensors", "action_size", "action_repeat", "step_limit"):
        if found[fact] != stored[fact] and fact not in changes:
            raise ConfigError(f"{fact} of {found['name']} is {found[fact]}, but was {stored[fact]} when the run was begun")
    return make_world


@contextmanager
def _nothing_half_written(out: Path, free: bool) -> Iterator[None]:
    """A run that fails before its first checkpoint is none: its folder, if it was made for it, goes."""
    try:
        yield
    except Exception:
        if free and out.exists() and not any((out / "checkpoints").glob("*")):
            shutil.rmtree(out)
        raise


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
