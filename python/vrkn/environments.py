"""The library's tasks as Gymnasium environments: the control suite with real MuJoCo physics, with the conditions of the
paper: noise on actions and sensors, occlusion, missing, late and rare readings.

    environment = vrkn.make("cartpole_swingup", sensors=["image", "position"], settings={"environment.occlusion.kind": "discs"})
    environment = gymnasium.make("vrkn/cartpole_swingup-v0", sensors="image")       # after `import vrkn.environments`
"""

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vrkn import _core
from vrkn.configuration import Settings, as_overrides
from vrkn.errors import ConfigError


def tasks() -> list[str]:
    """The names of all tasks."""
    return _core.task_names()


def make(
    task: str,
    sensors: str | Sequence[str] = "state",
    *,
    image_size: int = 64,
    action_repeat: int = 0,
    settings: Settings | None = None,
    render_mode: str | None = None,
) -> "SuiteEnvironment":
    """A task as a Gymnasium environment.

    sensors: one name, and observations are its readings; or several, and they are a dictionary of them. Any of image,
        proprioception, state, position.
    action_repeat: control steps per step; 0: the task's usual number.
    settings: the conditions, keys of the table `environment`: {"environment.image.dropout": 0.3}.
    Raises ConfigError.
    """
    return SuiteEnvironment(task, sensors, image_size, action_repeat, settings, render_mode)


class SuiteEnvironment(gymnasium.Env[Any, NDArray[np.float32]]):
    """A task of the library. `make` says what its arguments are.

    Observations: images uint8 [H, W, 3], vectors float64 [size]. A reading that is missing is all zeros, and
    `info["valid"]` has False under the sensor's name; of an occluded image `info["visible"]` has the pixels that show the
    world, bool [H, W]. An episode ends by truncation at its step limit, by termination only where the task itself ends.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 30}

    def __init__(
        self,
        task: str,
        sensors: str | Sequence[str] = "state",
        image_size: int = 64,
        action_repeat: int = 0,
        settings: Settings | None = None,
        render_mode: str | None = None,
    ) -> None:
        if render_mode not in (None, "rgb_array"):
            raise ConfigError(f'render_mode is {render_mode!r}, but must be None or "rgb_array"')
        names = [sensors] if isinstance(sensors, str) else list(sensors)
        fixed = {"task": task, "sensors": names, "image_size": image_size, "action_repeat": action_repeat}
        table = {f"environment.{key}": value for key, value in fixed.items()}
        self._world = _core.make_world(as_overrides({**table, **(settings or {})}))  # type: ignore[dict-item]
        self._single = names[0] if isinstance(sensors, str) else None
        self.render_mode = render_mode
        self.action_repeat = self._world.action_repeat
        self.action_space = spaces.Box(-1.0, 1.0, (self._world.action_size,), np.float32)
        readings: dict[str, spaces.Space[Any]] = {sensor.name: _space_of(sensor) for sensor in self._world.sensors}
        self.observation_space = readings[self._single] if self._single else spaces.Dict(readings)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        return self._observe(self._world.reset(int(self.np_random.integers(2**63))))

    def step(self, action: NDArray[np.float32]) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        clipped = np.clip(np.asarray(action, dtype=np.float64).ravel(), -1.0, 1.0)
        readings, reward, is_last, discount = self._world.step(clipped)
        observation, info = self._observe(readings)
        terminated = is_last and discount == 0.0
        return observation, reward, terminated, is_last and not terminated, info

    def render(self) -> NDArray[np.uint8] | None:
        return self._world.render(240, 320) if self.render_mode == "rgb_array" else None

    def _observe(self, readings: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        info: dict[str, Any] = {"valid": {}, "visible": {}}
        observation = {}
        for sensor in self._world.sensors:
            reading = readings[sensor.name]
            info["valid"][sensor.name] = reading is not None
            if sensor.masked:
                info["visible"][sensor.name] = readings[f"{sensor.name}_visible"]
            observation[sensor.name] = np.zeros(sensor.shape, _type_of(sensor)) if reading is None else reading
        return observation[self._single] if self._single else observation, info


def _type_of(sensor: _core.Sensor) -> type[np.generic]:
    return np.uint8 if sensor.is_image else np.float64


def _space_of(sensor: _core.Sensor) -> spaces.Box:
    if sensor.is_image:
        return spaces.Box(0, 255, sensor.shape, np.uint8)
    return spaces.Box(-np.inf, np.inf, sensor.shape, np.float64)


def _register() -> None:
    for task in tasks():
        gymnasium.register(f"vrkn/{task}-v0", entry_point="vrkn.environments:SuiteEnvironment", kwargs={"task": task})


_register()
