"""A task of the control suite as a run learned it: dm_control's physics and pictures, with the sensors and disturbances
that model.json names. Nothing of vrkn is needed."""
import json

import numpy as np
from dm_control import suite

from conditions import Occluders, Schedule, noisy

MOTION = ("velocity", "body_velocities", "touch")  # those of dm_control's observations that are no positions
LARGEST_PICTURE = 480  # pixels a side, of the suite's scenes

# What the sensor "proprioception" reads: generalised positions, and one of dm_control's observations.
JOINTS = {"ball_in_cup": slice(0, 2), "cartpole": slice(0, 1), "cheetah": slice(3, 9), "finger": slice(0, 2),
          "fish": slice(7, 14), "hopper": slice(3, 7), "point_mass": slice(0, 2), "reacher": slice(0, 2),
          "swimmer": slice(3, 8)}
FELT = {"acrobot": "orientations", "hopper": "touch", "pendulum": "orientation", "walker": "orientations"}


class SuiteWorld:
    """The world of an exported run; `model` is the content of model.json. Raises ValueError where dm_control has none."""

    def __init__(self, model, seed=0):
        task = model["run"]["task"]
        found = [(domain, name) for domain, name in suite.ALL_TASKS if f"{domain}_{name}" == task]
        if not found:
            raise ValueError(f"the run's task is {task}, which is none of dm_control's suite")
        if not model.get("world"):
            raise ValueError("model.json does not describe the world: the run learned from files, or an earlier version "
                             "exported it")
        self.domain, self.sensors, self.conditions = found[0][0], model["sensors"], model["world"]
        self.repeat, self.rng = model["control"]["action_repeat"], np.random.default_rng(seed)
        self.suite = suite.load(*found[0], task_kwargs={"random": seed})
        self.physics = self.suite.physics
        if self.conditions["picture"] == "fast":
            self.physics.model.vis.quality.shadowsize = 0
        action = self.suite.action_spec()
        self.low, self.high = action.minimum, action.maximum

    def reset(self, start=None):
        """Begins an episode, where dm_control draws it or at `start`, an episode of a recording. Returns what arrives:
        a list of sensor, step at which it was taken, value."""
        self.observation, self.step_number, self.under_way = self.suite.reset().observation, 0, []
        if start is not None:
            self._begin_at(start)
        self.schedules = {sensor["name"]: Schedule(sensor["learned_with"], self.rng) for sensor in self.sensors}
        self.occluders = Occluders(self.conditions["occlusion"], self.rng)
        return self._look()

    def step(self, action):
        """One decision. Returns the reward, what arrives, and whether the episode is over."""
        noise = self.conditions["transition_noise"] * self.rng.standard_normal(len(action))
        action, reward = np.clip(action + noise, -1, 1), 0.0
        for _ in range(self.repeat):
            time_step = self.suite.step(self.low + (action + 1) / 2 * (self.high - self.low))
            reward += time_step.reward
        self.observation, self.step_number = time_step.observation, self.step_number + 1
        return reward, self._look(), self.step_number == self.conditions["episode_steps"]

    def read(self, sensor):
        """What a sensor says now, undisturbed: a vector, or a picture [3, H, W]."""
        name = sensor["name"]
        if name == "image":
            return self._picture(*sensor["shape"][1:])
        parts = self.observation
        if name == "state":
            chosen = list(parts.values())
        elif name == "position":
            chosen = [value for part, value in parts.items() if part not in MOTION]
        elif name == "proprioception":
            chosen = [self.physics.data.qpos[JOINTS[self.domain]]] if self.domain in JOINTS else []
            chosen += [parts[FELT[self.domain]]] if self.domain in FELT else []
        else:
            raise ValueError(f"the run has the sensor {name}; known are image, state, position and proprioception")
        value = np.concatenate([np.atleast_1d(part) for part in chosen])
        if list(value.shape) != sensor["shape"]:
            raise ValueError(f"{name} has {value.shape} in dm_control, but the run learned from {sensor['shape']}")
        return value

    def _picture(self, height, width):
        factor = min(self.conditions["image_supersampling"], LARGEST_PICTURE // max(height, width))
        camera = self.conditions["camera"]
        fine = self.physics.render(factor * height, factor * width, camera_id=int(camera) if camera.isdigit() else camera)
        sums = fine.reshape(height, factor, width, factor, 3).sum((1, 3), dtype=np.int64)
        return ((sums + factor ** 2 // 2) // factor ** 2).astype(np.uint8).transpose(2, 0, 1).copy()

    def _look(self):
        now = self.step_number
        for sensor in self.sensors:
            conditions, is_image = sensor["learned_with"], sensor["kind"] == "image"
            if not self.schedules[sensor["name"]].reads(now):
                continue
            value = self.read(sensor)
            if is_image:
                self.occluders.paint(value, now)
            value = noisy(value, conditions["noise"], is_image, self.rng)
            self.under_way.append((now + conditions["delay"], sensor["name"], now, value))
        arrived = [message[1:] for message in self.under_way if message[0] <= now]
        self.under_way = [message for message in self.under_way if message[0] > now]
        return arrived

    def _begin_at(self, start):
        state = start["reset"]
        for name, size in (("qpos", self.physics.model.nq), ("qvel", self.physics.model.nv)):
            if len(state[name]) != size:
                raise ValueError(f"a start has {name} of {len(state[name])} numbers, but the scene has {size}")
        with self.physics.reset_context():
            for field in start.get("model_fields", []):
                array = getattr(self.physics.model, field["field"])
                array.reshape(len(array), -1)[field["id"]] = field["value"]
            self.physics.data.qpos[:] = state["qpos"]
            self.physics.data.qvel[:] = state["qvel"]
        if "qacc_warmstart" in state:
            self.physics.data.qacc_warmstart[:] = state["qacc_warmstart"]
        self.observation = self.suite.task.get_observation(self.physics)


def read_starts(path):
    """The episodes of what `vrkn eval --starts FILE` wrote. Raises ValueError when it is no such file."""
    try:
        with open(path, encoding="utf-8") as file:
            starts = json.load(file)["episodes"]
        for start in starts:
            start["reset"]["qpos"], start["reset"]["qvel"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not what vrkn eval --starts writes: {error}") from error
    return starts
