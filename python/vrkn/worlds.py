"""Other people's environments as worlds to learn in: Gymnasium's and dm_control's.

`vrkn.train` does this by itself with what it is given. A world of one's own is any object with the attributes of `World`.
"""

import operator
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import utils as vector_utils
from numpy.typing import NDArray

from vrkn.errors import ConfigError, DataError

Picture = NDArray[np.uint8]
Reading = NDArray[np.generic] | None
Step = tuple[dict[str, Reading], float, bool, float]


class World(Protocol):
    """A world to act in. Every random number of an episode follows from the seed that `reset` is given, an integer below
    2**64. A method `close`, if there is one, is called when the world is no longer needed."""

    name: str  #: letters, digits, and any of _ - . : /
    sensors: Sequence[tuple[str, tuple[int, ...]]]  #: names and shapes: (H, W, C) for an image, (size,) for a vector
    action_size: int  #: A
    action_repeat: int  #: steps of the simulator per agent step
    step_limit: int  #: agent steps of a whole episode

    def reset(self, seed: int) -> Mapping[str, Reading]:
        """Begins an episode; returns the first readings, all finite. None, or no entry: missing."""

    def step(self, action: NDArray[np.float64]) -> Step:
        """Applies `action` [A], each component in [-1, 1]. Returns readings, reward, whether the episode is over, and a
        discount: 0 where the task itself ended, 1 at a mere time limit."""

    def render(self, height: int, width: int) -> Picture | None:
        """A picture for people to look at, [height, width, 3]; None where there is none."""


#: What makes worlds, all alike: evaluations play several side by side.
WorldFactory = Callable[[], World]


def resize(image: Picture, height: int, width: int) -> Picture:
    """The image [H, W, C] with another size: every new pixel is the mean of the area that it covers."""
    if image.shape[:2] == (height, width):
        return image
    rows, columns = _areas(image.shape[0], height), _areas(image.shape[1], width)
    mean: NDArray[np.float64] = np.einsum("hH,HWC,wW->hwC", rows, image.astype(np.float64), columns, optimize=True)
    return np.rint(mean).astype(np.uint8)


def _areas(old: int, new: int) -> NDArray[np.float64]:
    """How much of each of `old` pixels lies in each of `new` ones, rows that sum to 1: [new, old]."""
    left = np.arange(new)[:, np.newaxis] * old / new
    inside: NDArray[np.float64] = np.minimum(left + old / new, np.arange(1, old + 1)) - np.maximum(left, np.arange(old))
    return np.maximum(inside, 0.0) * (new / old)


class _Vectors:
    """A space as a vector of floats."""

    def __init__(self, space: spaces.Space[Any]) -> None:
        self.space = space
        self.shapes = {"": (int(spaces.flatdim(space)),)}

    def __call__(self, value: Any) -> dict[str, Reading]:
        return {"": np.asarray(spaces.flatten(self.space, value), dtype=np.float64)}


class _Images:
    """A space of images of any size and number of channels as square ones with three channels each: more channels than
    three are several images, less than three are repeated."""

    def __init__(self, space: spaces.Box, size: int) -> None:
        self.size = size
        self.channels_first = len(space.shape) == 3 and space.shape[0] < min(space.shape[1:])
        channels = 1 if len(space.shape) == 2 else space.shape[0] if self.channels_first else space.shape[2]
        self.parts = -(-channels // 3)
        self.shapes = {"" if i == 0 else f"_{i + 1}": (size, size, 3) for i in range(self.parts)}

    def __call__(self, value: Any) -> dict[str, Reading]:
        image = np.asarray(value)
        if image.ndim == 2:
            image = image[:, :, np.newaxis]
        elif self.channels_first:
            image = np.moveaxis(image, 0, 2)
        image = resize(image, self.size, self.size)
        pieces = (image[:, :, 3 * i : 3 * i + 3] for i in range(self.parts))
        return {
            suffix: np.ascontiguousarray(np.resize(np.moveaxis(piece, 2, 0), (3, self.size, self.size)).transpose(1, 2, 0))
            for suffix, piece in zip(self.shapes, pieces, strict=True)
        }


def _is_image(space: spaces.Space[Any]) -> bool:
    return isinstance(space, spaces.Box) and space.dtype == np.uint8 and len(space.shape) in (2, 3) and min(space.shape[:2]) > 0


class _Observations:
    """The observations of a space as readings of sensors."""

    def __init__(self, space: spaces.Space[Any], image_size: int) -> None:
        self.image_size = image_size
        self.sensors: dict[str, tuple[int, ...]] = {}
        self._parts: list[tuple[tuple[str, ...], str, _Vectors | _Images]] = []
        self._add(space, (), "")

    def _add(self, space: spaces.Space[Any], path: tuple[str, ...], name: str) -> None:
        if isinstance(space, spaces.Dict):
            for key, inner in space.spaces.items():
                plain = re.sub(r"\W", "_", str(key), flags=re.ASCII)
                self._add(inner, (*path, key), f"{name}_{plain}" if name else plain)
            return
        try:
            part = _Images(space, self.image_size) if _is_image(space) else _Vectors(space)  # type: ignore[arg-type]
        except (NotImplementedError, ValueError) as error:
            raise ConfigError(f"the observation {name or space} can be no sensor: {error}") from error
        name = name or ("image" if isinstance(part, _Images) else "state")
        self._parts.append((path, name, part))
        for suffix, shape in part.shapes.items():
            if name + suffix in self.sensors:
                raise ConfigError(f"two observations would both be the sensor '{name + suffix}'; rename one")
            self.sensors[name + suffix] = shape

    def __call__(self, observation: Any) -> dict[str, Reading]:
        readings: dict[str, Reading] = {}
        for path, name, part in self._parts:
            value = observation
            for key in path:
                value = value[key]
            readings |= {name + suffix: reading for suffix, reading in part(value).items()}
        return readings


class _Actions:
    """Actions [A] in [-1, 1] as those of a space: boxes are scaled; of the alternatives of a discrete one the greatest
    component wins."""

    def __init__(self, space: spaces.Space[Any]) -> None:
        self.space = space
        if isinstance(space, spaces.Box):
            if not space.is_bounded():
                raise ConfigError(f"the actions are of {space}, but must have bounds; gymnasium's RescaleAction gives some")
            with np.errstate(over="ignore"):
                if not np.all(np.isfinite(space.high.astype(np.float64) - space.low.astype(np.float64))):
                    raise ConfigError(f"the actions are of {space}, whose bounds are too far apart")
            self.size = int(np.prod(space.shape))
        elif isinstance(space, spaces.Discrete):
            self.size = int(space.n)
        elif isinstance(space, spaces.MultiDiscrete):
            self.size = int(np.sum(space.nvec))
        elif isinstance(space, spaces.MultiBinary):
            self.size = int(np.prod(space.shape))
        else:
            raise ConfigError(f"the actions are of {space}, but must be of Box, Discrete, MultiDiscrete or MultiBinary")

    def __call__(self, action: NDArray[np.float64]) -> Any:
        space = self.space
        if isinstance(space, spaces.Box):
            share = (np.clip(action, -1.0, 1.0) + 1.0) / 2.0
            low, high = space.low.astype(np.float64), space.high.astype(np.float64)
            if np.issubdtype(space.dtype, np.integer):  # each number has an equal share
                return np.minimum(np.floor(low + share.reshape(space.shape) * (high - low + 1)), high).astype(space.dtype)
            return (low + share.reshape(space.shape) * (high - low)).astype(space.dtype)
        if isinstance(space, spaces.Discrete):
            return space.start + np.argmax(action)
        if isinstance(space, spaces.MultiDiscrete):
            ends = np.cumsum(space.nvec)[:-1]
            best = [np.argmax(part) for part in np.split(action, ends)]
            return space.start + np.asarray(best, dtype=space.dtype).reshape(space.shape)
        return (action > 0.0).astype(np.int8).reshape(space.shape)


class GymnasiumWorld:
    """A Gymnasium environment as a world.

    environment: with actions of Box (bounded), Discrete, MultiDiscrete or MultiBinary. Observations of Box of uint8 with
        two or three axes are images, which are averaged to `image_size` pixels a side; the entries of Dict are sensors of
        their own; all else is a vector. Without Dict the sensor's name is "image" or "state".
    sensors: which of them; None: all. "image" where the environment has no such observation is what it renders.
    step_limit: steps of the environment in an episode; None: the environment's own limit.
    action_repeat: steps of the environment per decision, its rewards summed.
    """

    def __init__(
        self,
        environment: gymnasium.Env[Any, Any],
        name: str | None = None,
        *,
        sensors: str | Sequence[str] | None = None,
        image_size: int = 64,
        step_limit: int | None = None,
        action_repeat: int = 1,
    ) -> None:
        self.environment = environment
        self.name = name or _name_of(environment)
        self.action_repeat = action_repeat
        self._steps = _step_limit(environment, self.name, step_limit)
        self.step_limit = -(-self._steps // action_repeat)
        self._image_size = image_size
        self._observe = _Observations(environment.observation_space, image_size)
        self._act = _Actions(environment.action_space)
        self.action_size = self._act.size
        offered = dict(self._observe.sensors)
        self._can_render = environment.render_mode == "rgb_array"
        self._renders_sensor = False
        sensors = [sensors] if isinstance(sensors, str) else sensors
        if self._can_render and "image" not in offered and sensors is not None and "image" in sensors:
            offered["image"] = (image_size, image_size, 3)
            self._renders_sensor = True
        chosen = list(offered) if sensors is None else sensors
        for sensor in chosen:
            if sensor not in offered:
                hint = "" if self._can_render or sensor != "image" else ' (and it is not made with render_mode="rgb_array")'
                raise ConfigError(f"{self.name} has no sensor '{sensor}'; it has {', '.join(offered)}{hint}")
        self.sensors: Sequence[tuple[str, tuple[int, ...]]] = [(sensor, offered[sensor]) for sensor in chosen]
        self._count = 0

    def reset(self, seed: int) -> dict[str, Reading]:
        observation, _ = self.environment.reset(seed=seed % 2**31)
        self._count = 0
        return self._read(observation)

    def step(self, action: NDArray[np.float64]) -> Step:
        reward, terminated, truncated = 0.0, False, False
        for _ in range(self.action_repeat):
            observation, one_reward, terminated, truncated, _ = self.environment.step(self._act(action))
            reward += float(one_reward)
            self._count += 1
            truncated = truncated or self._count >= self._steps
            if terminated or truncated:
                break
        return self._read(observation), reward, bool(terminated or truncated), 0.0 if terminated else 1.0

    def render(self, height: int, width: int) -> Picture | None:
        if not self._can_render:
            return None
        try:
            return resize(self._picture(), height, width)
        except Exception as error:  # a film is not worth a run
            warnings.warn(f"{self.name} is not filmed, for it cannot be rendered: {error}", stacklevel=1)
            self._can_render = False
            return None

    def close(self) -> None:
        self.environment.close()

    def _read(self, observation: Any) -> dict[str, Reading]:
        readings = self._observe(observation)
        if self._renders_sensor:
            readings["image"] = resize(self._picture(), self._image_size, self._image_size)
        return {name: readings[name] for name, _ in self.sensors}

    def _picture(self) -> Picture:
        return np.ascontiguousarray(self.environment.render(), dtype=np.uint8)


class OneOfVector(gymnasium.Env[Any, Any]):
    """A vector environment with one place (num_envs=1) as a single environment: for those that exist only as vectors.

    Raises ConfigError where it has more places."""

    def __init__(self, environment: Any) -> None:
        if environment.num_envs != 1:
            environment.close()
            raise ConfigError(
                f"{type(environment.unwrapped).__name__} has {environment.num_envs} places; episodes are played one by one: "
                "make it with num_envs=1"
            )
        self.environment, self.spec, self.render_mode = environment, environment.spec, environment.render_mode
        self.observation_space, self.action_space = environment.single_observation_space, environment.single_action_space

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        observations, information = self.environment.reset(seed=seed, options=options)
        return self._only(observations), information

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        batch: Any = vector_utils.create_empty_array(self.action_space, 1)
        actions = vector_utils.concatenate(self.action_space, [action], batch)
        observations, rewards, terminated, truncated, information = self.environment.step(actions)
        # Where the next episode begins within this step, the last observation of this one is among the information.
        final = information.get("final_obs") if terminated[0] or truncated[0] else None
        observation = self._only(observations if final is None else final)
        return observation, float(rewards[0]), bool(terminated[0]), bool(truncated[0]), information

    def render(self) -> Any:
        frames = self.environment.render()
        return frames[0] if isinstance(frames, Sequence) or np.ndim(frames) == 4 else frames

    def close(self) -> None:
        self.environment.close()

    def _only(self, observations: Any) -> Any:
        if isinstance(observations, np.ndarray) and observations.dtype == object:  # as Gymnasium's own keep the last ones
            return observations[0]
        return next(iter(vector_utils.iterate(self.environment.observation_space, observations)))


def _name_of(environment: gymnasium.Env[Any, Any]) -> str:
    if environment.spec is not None:
        return environment.spec.id
    own = environment.unwrapped
    return type(own.environment.unwrapped if isinstance(own, OneOfVector) else own).__name__


def _step_limit(environment: gymnasium.Env[Any, Any], name: str, wanted: int | None) -> int:
    limits = [wanted, environment.spec.max_episode_steps if environment.spec is not None else None]
    if environment.has_wrapper_attr("_max_episode_steps"):  # of the wrapper TimeLimit
        limits.append(environment.get_wrapper_attr("_max_episode_steps"))
    for limit in limits:
        if limit:
            return int(limit)
    raise ConfigError(f"{name} has no limit to the steps of an episode; say step_limit=...")


class DmControlWorld:
    """An environment of dm_control (or any dm_env.Environment with bounded actions) as a world.

    environment: every entry of its observations is a sensor of its own.
    sensors: which of them; None: all. "image" is what camera 0 of its physics sees.
    step_limit: control steps in an episode; None: the environment's own limit.
    action_repeat: control steps per decision, their rewards summed.
    """

    def __init__(
        self,
        environment: Any,
        name: str = "dm_control",
        *,
        sensors: str | Sequence[str] | None = None,
        image_size: int = 64,
        step_limit: int | None = None,
        action_repeat: int = 1,
    ) -> None:
        self.environment, self.name, self.action_repeat = environment, name, action_repeat
        limit: float = step_limit or getattr(environment, "_step_limit", None) or np.inf
        if not np.isfinite(limit):
            raise ConfigError(f"{name} has no limit to the steps of an episode; say step_limit=...")
        self._steps = int(limit)
        self.step_limit = -(-self._steps // action_repeat)
        self._image_size = image_size
        spec = environment.action_spec()
        self._low, self._high = (np.broadcast_to(bound, spec.shape) for bound in (spec.minimum, spec.maximum))
        self.action_size = int(np.prod(spec.shape))
        offered: dict[str, tuple[int, ...]] = {
            key: (int(np.prod(value.shape)),) for key, value in environment.observation_spec().items()
        }
        if hasattr(environment, "physics"):
            offered["image"] = (image_size, image_size, 3)
        sensors = [sensors] if isinstance(sensors, str) else sensors
        chosen = [key for key in offered if key != "image"] if sensors is None else sensors
        for sensor in chosen:
            if sensor not in offered:
                raise ConfigError(f"{name} has no sensor '{sensor}'; it has {', '.join(offered)}")
        self.sensors: Sequence[tuple[str, tuple[int, ...]]] = [(sensor, offered[sensor]) for sensor in chosen]
        self._count = 0

    def reset(self, seed: int) -> dict[str, Reading]:
        # dm_control takes a seed only where a task is made; this is where the tasks keep what it gives.
        task = getattr(self.environment, "task", None)
        if task is not None and hasattr(task, "_random"):
            task._random = np.random.RandomState(seed % 2**32)
        self._count = 0
        return self._read(self.environment.reset().observation)

    def step(self, action: NDArray[np.float64]) -> Step:
        reward, discount, last = 0.0, 1.0, False
        control = self._low + (np.clip(action, -1.0, 1.0).reshape(self._low.shape) + 1.0) / 2.0 * (self._high - self._low)
        for _ in range(self.action_repeat):
            step = self.environment.step(control)
            reward += float(step.reward or 0.0)
            discount = 1.0 if step.discount is None else float(step.discount)
            self._count += 1
            last = step.last() or self._count >= self._steps
            if last:
                break
        return self._read(step.observation), reward, last, 0.0 if last and discount == 0.0 else 1.0

    def render(self, height: int, width: int) -> Picture | None:
        if not hasattr(self.environment, "physics"):
            return None
        return np.ascontiguousarray(self.environment.physics.render(height, width, camera_id=0))

    def _read(self, observation: Mapping[str, Any]) -> dict[str, Reading]:
        readings: dict[str, Reading] = {}
        for name, _ in self.sensors:
            if name == "image" and "image" not in observation:
                readings[name] = self.render(self._image_size, self._image_size)
            else:
                readings[name] = np.asarray(observation[name], dtype=np.float64).ravel()
        return readings


class CheckedWorld:
    """A world whose facts and answers are checked, and put as the library takes them: what is wrong is named at the step
    where it happens. Ends every episode at the step limit."""

    def __init__(self, world: World) -> None:
        self._world = world
        for attribute in ("name", "sensors", "action_size", "action_repeat", "step_limit", "reset", "step", "render"):
            if not hasattr(world, attribute):
                raise ConfigError(f"{world!r} is no world: it has no {attribute} (vrkn.worlds.World)")
        self.name = world.name
        if not re.fullmatch(r"[\w./:-]+", self.name):
            raise ConfigError(f"a world is called {self.name!r}; allowed are letters, digits, and any of _ - . : /")
        self.sensors: Sequence[tuple[str, tuple[int, ...]]] = [
            (name, tuple(operator.index(size) for size in shape)) for name, shape in world.sensors
        ]
        for name, shape in self.sensors:
            if not shape or min(shape) < 1:
                raise ConfigError(f"the sensor '{name}' of {self.name} has the shape {shape}; sizes must be at least 1")
        self.action_size, self.action_repeat, self.step_limit = (
            self._count_of(fact) for fact in ("action_size", "action_repeat", "step_limit")
        )
        self._steps = 0

    def reset(self, seed: int) -> dict[str, Reading]:
        self._steps = 0
        return self._readings(self._world.reset(seed))

    def step(self, action: NDArray[np.float64]) -> Step:
        answer = self._world.step(action)
        if not isinstance(answer, tuple) or len(answer) != 4:
            raise DataError(f"a step of {self.name} returned {answer!r}, but must return (readings, reward, is_last, discount)")
        readings, reward, is_last, discount = answer
        self._steps += 1
        if not np.isfinite(reward):
            raise DataError(f"the reward of {self.name} at step {self._steps} of an episode is {reward}")
        if not 0.0 <= discount <= 1.0:
            raise DataError(f"the discount of {self.name} at step {self._steps} of an episode is {discount}, not in [0, 1]")
        is_last = bool(is_last) or self._steps >= self.step_limit
        return self._readings(readings), float(reward), is_last, float(discount)

    def render(self, height: int, width: int) -> Picture | None:
        return self._world.render(height, width)

    def close(self) -> None:
        if hasattr(self._world, "close"):
            self._world.close()

    def _count_of(self, fact: str) -> int:
        value = getattr(self._world, fact)
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ConfigError(f"{fact} of {self.name} is {value!r}, but must be an integer of at least 1")
        return int(value)

    def _readings(self, readings: Mapping[str, Reading]) -> dict[str, Reading]:
        if not isinstance(readings, Mapping):
            raise DataError(f"{self.name} returned readings of the type {type(readings).__name__}, but must return a dictionary")
        names = [name for name, _ in self.sensors]
        for name in readings:
            if name not in names:
                raise DataError(f"{self.name} returned a reading of '{name}', which is none of its sensors: {', '.join(names)}")
        return {name: self._reading(name, value) for name, value in readings.items()}

    def _reading(self, name: str, value: Reading) -> Reading:
        if value is None:
            return None
        array = np.asarray(value)
        if array.dtype != np.uint8:
            if not np.issubdtype(array.dtype, np.number) and array.dtype != np.bool_:
                raise DataError(f"the reading of {name} is no array of numbers")
            array = array.astype(np.float64)
            if not np.all(np.isfinite(array)):
                raise DataError(f"the reading of {name} at step {self._steps} of an episode is not finite; missing ones are None")
        return np.ascontiguousarray(array)


class AbsorbingWorld:
    """A world whose task does not end an episode: it goes on for `absorbing_steps` decisions more, with the last readings
    and no reward. So a model that knows no ends of episodes learns what an end is worth, and the shortest episode gives
    training sequences of that length (Kostrikov et al. 2019, Discriminator-Actor-Critic, Section 4.1)."""

    def __init__(self, world: World, absorbing_steps: int) -> None:
        self._world = world
        self.name, self.sensors, self.action_size = world.name, world.sensors, world.action_size
        self.action_repeat = world.action_repeat
        self.step_limit = world.step_limit  # of an episode that its task does not end
        self.absorbing_steps = absorbing_steps
        self._last: dict[str, Reading] | None = None
        self._left = 0

    def reset(self, seed: int) -> Mapping[str, Reading]:
        self._last = None
        return self._world.reset(seed)

    def step(self, action: NDArray[np.float64]) -> Step:
        if self._last is not None:
            self._left -= 1
            return self._last, 0.0, self._left == 0, 0.0 if self._left == 0 else 1.0
        readings, reward, is_last, discount = self._world.step(action)
        if not is_last or discount != 0.0:
            return readings, reward, is_last, discount
        self._last, self._left = readings, self.absorbing_steps
        return readings, reward, False, 1.0

    def render(self, height: int, width: int) -> Picture | None:
        return self._world.render(height, width)

    def close(self) -> None:
        if hasattr(self._world, "close"):
            self._world.close()


def factory_of(environment: Any, *, absorbing_steps: int = 0, **options: Any) -> WorldFactory:
    """What makes the worlds that `environment` stands for: the id of a Gymnasium environment; one of Gymnasium's or
    dm_control's environments, single or vectors; or a function that makes one (a vector with one place, OneOfVector), or
    that makes a World. absorbing_steps: as AbsorbingWorld has it. `options`: those of GymnasiumWorld and DmControlWorld. An
    environment is made anew from its spec: where something was changed after it was made, give a function."""
    if absorbing_steps < 0:
        raise ConfigError(f"absorbing_steps is {absorbing_steps}, but must be at least 0")
    make = _maker(environment, options)
    if absorbing_steps == 0:
        return lambda: CheckedWorld(make())
    return lambda: AbsorbingWorld(CheckedWorld(make()), absorbing_steps)


def _maker(environment: Any, options: dict[str, Any]) -> WorldFactory:
    if isinstance(environment, str):
        return lambda: GymnasiumWorld(_make(environment), **{"name": environment, **options})
    if isinstance(environment, gymnasium.vector.VectorEnv):
        return _maker_of_vector(environment, options)
    if isinstance(environment, gymnasium.Env):
        spec = environment.spec
        if spec is None:
            raise ConfigError(
                f"{type(environment).__name__} is one environment, and evaluations need several alike; "
                "give a function that makes one in its place"
            )
        return lambda: GymnasiumWorld(gymnasium.make(spec, render_mode=environment.render_mode), **options)
    if callable(environment):
        return lambda: as_world(environment(), **options)
    raise ConfigError(f"{environment!r} is no environment: neither a name, nor Gymnasium's, nor a function that makes one")


def _maker_of_vector(environment: Any, options: dict[str, Any]) -> WorldFactory:
    if not isinstance(environment, gymnasium.vector.VectorWrapper):
        functions = getattr(environment, "env_fns", None)
        if functions:
            return lambda: GymnasiumWorld(functions[0](), **options)
        spec = environment.spec
        if spec is not None:
            own = {key: value for key, value in spec.kwargs.items() if key not in _OF_VECTORS}
            return lambda: GymnasiumWorld(_make(spec.id, **own), **options)
    raise ConfigError(
        f"{type(environment).__name__} does not say how its single environments are made; give a function that makes one, "
        "or that makes a vector environment with num_envs=1"
    )


#: What the spec of a vector environment has among the arguments, and no single one takes.
_OF_VECTORS = ("num_envs", "vectorization_mode", "vector_kwargs")


def _make(name: str, **arguments: Any) -> gymnasium.Env[Any, Any]:
    """The environment of this id, as one that draws pictures where it can; a vector's only place where it is no other."""
    spec = gymnasium.registry.get(name)
    only_vectors = spec is not None and spec.entry_point is None and spec.vector_entry_point is not None

    def make(**more: Any) -> gymnasium.Env[Any, Any]:
        return OneOfVector(gymnasium.make_vec(name, **more)) if only_vectors else gymnasium.make(name, **more)

    try:
        return make(**{"render_mode": "rgb_array", **arguments})
    except TypeError:  # takes no render_mode
        return make(**arguments)


def as_world(environment: Any, **options: Any) -> World:
    """An environment as a world. A World stays what it is, and takes no options."""
    if isinstance(environment, gymnasium.Env):
        return GymnasiumWorld(environment, **options)
    if isinstance(environment, gymnasium.vector.VectorEnv):
        return GymnasiumWorld(OneOfVector(environment), **options)
    if hasattr(environment, "action_spec") and hasattr(environment, "observation_spec"):
        return DmControlWorld(environment, **options)
    if options:
        raise ConfigError(f"{environment!r} is a world of its own, which takes no options: {', '.join(options)}")
    return environment  # type: ignore[no-any-return]
