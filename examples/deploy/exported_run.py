"""What `vrkn export` wrote, for programs without vrkn: the files checked, the belief, the action, the forecast.

Needs numpy and onnxruntime. docs/export.md describes the files, docs/deploy.md the loop."""
import collections
import dataclasses
import hashlib
import json
import math
import pathlib

import numpy as np
import onnxruntime

FORMAT = 1
TYPES = {"float32": np.float32, "uint8": np.uint8, "bool": np.bool_}


class ExportedRun:
    """A folder that `vrkn export` wrote. Raises ValueError when a file is not what model.json says."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.model = json.loads((self.folder / "model.json").read_text())
        if self.model["format"] != FORMAT:
            raise ValueError(f"{folder} has format {self.model['format']}, but this program reads {FORMAT}")
        self.files = {file["name"]: file for file in self.model["files"]}
        for name, file in self.files.items():
            if hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != file["sha256"]:
                raise ValueError(f"{self.folder / name} is not the file that model.json describes: its SHA-256 differs")
        self.sensors = {sensor["name"]: sensor for sensor in self.model["sensors"]}
        self.parts = {part["name"]: slice(part["offset"], part["offset"] + part["size"])
                      for part in self.model["belief"]["parts"]}

    def graph(self, name):
        return Graph(self.folder / (name + ".onnx"), self.files[name + ".onnx"])


class Graph:
    """One of the graphs. Random inputs that are not given keep their neutral number."""

    def __init__(self, path, file):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.inputs = {port["name"]: port for port in file["inputs"]}
        self.outputs = [port["name"] for port in file["outputs"]]
        self.neutral = {name: np.full([1] * len(port["shape"]), port["neutral"], np.float32)
                        for name, port in self.inputs.items() if "neutral" in port}

    def __call__(self, **inputs):
        """The outputs by name."""
        return dict(zip(self.outputs, self.session.run(self.outputs, {**self.neutral, **inputs})))


@dataclasses.dataclass
class Step:
    """A decision: what was done before it, what was read, and the belief that came of it."""
    action: np.ndarray
    readings: dict
    posterior: np.ndarray | None = None
    features: np.ndarray | None = None


class Filter:
    """The belief about the world, step by step, with a memory of the last `replay_steps`.

    A reading belongs to the decision nearest to the time at which it was taken, and as many steps later as the sensor
    was delayed while the run learned. When it comes after that decision, the belief is computed again from there.

    Where there is an `rng`, all is drawn that `vrkn eval` draws: the belief's sample, and what smooths the grey levels of
    images. Without, the sample is the mean."""

    def __init__(self, run, step_s, replay_steps=8, rng=None):
        self.run, self.step_s, self.replay_steps, self.rng = run, step_s, replay_steps, rng
        self.graph = run.graph("filter")
        self.delays = {name: sensor.get("learned_with", {}).get("delay", 0) for name, sensor in run.sensors.items()}
        self.reset()

    def reset(self):
        """An episode begins."""
        self.now, self.first_changed, self.steps, self.early = -1, 0, {}, collections.defaultdict(dict)

    def advance(self, action):
        """The next decision is due; `action` [A] was done since the last one, ignored at the first."""
        if self.now - self.first_changed >= self.replay_steps:
            self.update()
        self.now += 1
        self.steps[self.now] = Step(np.asarray(action, np.float32)[None], self.early.pop(self.now, {}))
        self.steps.pop(self.now - self.replay_steps - 2, None)

    def add(self, sensor, taken_s, value):
        """Keeps a reading that was taken `taken_s` seconds after the episode's beginning. Returns "in time", "late",
        "too late" or "ahead"; the last two are not used."""
        taken = taken_s / self.step_s
        step = math.floor(taken + 0.5) + self.delays[sensor]
        if step > self.now + self.delays[sensor]:
            return "ahead"
        if step < max(0, self.now - self.replay_steps):
            return "too late"
        readings = self.steps[step].readings if step <= self.now else self.early[step]
        distance = abs(taken - math.floor(taken + 0.5))
        if sensor not in readings or distance <= readings[sensor][0]:
            port = self.graph.inputs[sensor]
            readings[sensor] = distance, np.array(value, TYPES[port["type"]]).reshape(1, *port["shape"][1:])
            self.first_changed = min(self.first_changed, step)
        return "late" if step < self.now else "in time"

    def update(self):
        """Computes the belief [1, K] and the features [1, F] of the present decision."""
        for step in range(self.first_changed, self.now + 1):
            self._compute(step)
        self.first_changed = self.now + 1
        return self.steps[self.now].posterior, self.steps[self.now].features

    def _compute(self, step):
        present = self.steps[step]
        inputs = {"is_first": np.array([step == 0]), "action": present.action,
                  "belief": self.steps[step - 1].posterior if step > 0
                  else np.zeros((1, self.run.model["belief"]["size"]), np.float32)}
        for sensor in self.run.sensors:
            port = self.graph.inputs[sensor]
            nothing = None, np.zeros((1, *port["shape"][1:]), TYPES[port["type"]])
            inputs[sensor] = present.readings.get(sensor, nothing)[1]
            inputs[sensor + "_valid"] = np.array([sensor in present.readings])
        if self.rng:
            mean = self.run.parts["mean"]
            inputs["noise"] = self.rng.standard_normal((1, mean.stop - mean.start), np.float32)
            for sensor in self.run.sensors:
                if sensor + "_dither" in self.graph.inputs:
                    inputs[sensor + "_dither"] = self.rng.random(inputs[sensor].shape, np.float32)
        present.posterior, present.features = self.graph(**inputs).values()


class Policy:
    """What to do: Dreamer's actor, or PlaNet's planner with candidate plans drawn anew for every decision; with `sample`
    it draws the states that they lead to as well, as `vrkn eval` does."""

    def __init__(self, run, seed=0, sample=False):
        self.graph, self.rng, self.sample = run.graph("policy"), np.random.default_rng(seed), sample
        self.latent_size = run.parts["mean"].stop - run.parts["mean"].start
        self.noise_shape = [1 if size == "batch" else size for size in
                            self.graph.inputs.get("plan_noise", {"shape": []})["shape"]]

    def __call__(self, belief, features):
        """The action [A], from -1 to 1."""
        if not self.noise_shape:
            return self.graph(features=features)["action"][0]
        inputs = {"belief": belief, "plan_noise": self.rng.standard_normal(self.noise_shape, np.float32)}
        if self.sample:
            iterations, _, plans, horizon, _ = self.noise_shape
            inputs["imagination_noise"] = self.rng.standard_normal((iterations, horizon, plans, self.latent_size), np.float32)
        return self.graph(**inputs)["action"][0]


class Forecast:
    """What the coming steps will bring if given actions are done, from several draws of the present state, of the
    noise, and, for models with Monte Carlo dropout, of the weights."""

    def __init__(self, run, draws=32, seed=0):
        self.run, self.draws, self.rng = run, draws, np.random.default_rng(seed)
        self.graph = run.graph("imagine")

    def __call__(self, belief, actions):
        """From a belief [1, K], doing `actions` [H, A]: for every vector and the reward a dict of "mean", "state_var"
        (of the means over the draws) and "noise_var" (of a reading around its mean), [H, size] each."""
        mean, var, sample = (self.run.parts[name] for name in ("mean", "var", "sample"))
        rows = np.repeat(belief, self.draws, axis=0)
        rows[:, sample] = rows[:, mean] + np.sqrt(rows[:, var]) * self._normal(*rows[:, mean].shape)
        horizon, rate = len(actions), self.run.model["dropout"]["rate"]
        masks = {"mask_" + name: ((self.rng.random((self.draws, size)) >= rate) / (1 - rate)).astype(np.float32)
                 for name, size in self.run.model["dropout"].get("mask_sizes", {}).items()}
        found = self.graph(belief=rows, actions=np.repeat(np.float32(actions)[None], self.draws, axis=0),
                           noise=self._normal(self.draws, horizon, mean.stop - mean.start), **masks)
        return {name[:-5]: {"mean": found[name].mean(0), "state_var": found[name].var(0, ddof=1),
                            "noise_var": found[name[:-5] + "_var"].mean(0)}
                for name in found if name.endswith("_mean")}

    def _normal(self, *shape):
        return self.rng.standard_normal(shape, np.float32)


class Monitor:
    """Whether the world is still the one that the run was evaluated in: one number per step, with a threshold that
    `vrkn eval --fit-monitor` found. Raises ValueError where the run has none."""

    def __init__(self, run):
        if not run.model.get("monitor"):
            raise ValueError(f"{run.folder} has no monitor: vrkn eval --fit-monitor, then vrkn export again")
        self.threshold = run.model["monitor"]["threshold"]
        self.imagine, self.decode = run.graph("imagine"), run.graph("decode")
        self.errors = collections.deque(maxlen=run.model["monitor"]["window"])
        self.reset()

    def reset(self):
        """An episode begins: its first readings were not expected."""
        self.errors.clear()
        self.error = math.nan

    def observe(self, belief, action, readings):
        """How wrong was what the last posterior [1, K] and the action [A] since then let expect? `readings`: what came,
        by sensor, none of those that are missing. `error` is then the mean of the latest squared errors over their
        variances: nan while nothing was heard in all of them. Returns whether it is above the threshold."""
        features = self.imagine(belief=belief, actions=np.float32(action)[None, None])["features"][:, 0]
        expected = self.decode(features=features)
        squared = [((np.float32(value) - expected[name + "_mean"].reshape(np.shape(value))) ** 2
                    / expected[name + "_var"].reshape(np.shape(value))).ravel()
                   for name, value in readings.items() if name + "_mean" in expected]
        self.errors.append(np.concatenate(squared).mean(dtype=np.float64) if squared else math.nan)
        known = [error for error in self.errors if not math.isnan(error)]
        self.error = sum(known) / len(known) if known else math.nan
        return self.error > self.threshold
