"""Plays a task of the control suite with an exported run: dm_control's physics, ONNX Runtime, and nothing of vrkn.

    pip install numpy onnxruntime dm_control mujoco==3.17.0
    python examples/deploy/play.py exported --episodes 10
    MUJOCO_GL=egl python examples/deploy/play.py exported     for runs that see

The run's sensors may be image, state and position, in any mixture and with the gaps and delays that it learned with."""
import argparse
import json

import numpy as np

from exported_run import ExportedRun, Filter, Policy

MOTION = ("velocity", "body_velocities", "touch")  # those of dm_control's observations that are no positions


def read(world, time_step, sensor, supersampling):
    """A sensor as vrkn defines it, from dm_control's observations."""
    name = sensor["name"]
    if name == "image":
        _, height, width = sensor["shape"]
        fine = world.physics.render(supersampling * height, supersampling * width, camera_id=0)
        picture = fine.reshape(height, supersampling, width, supersampling, 3).mean((1, 3))
        return np.round(picture).transpose(2, 0, 1)
    parts = time_step.observation
    if name == "state":
        chosen = list(parts.values())
    elif name == "position":
        chosen = [value for part, value in parts.items() if part not in MOTION]
    else:
        raise SystemExit(f"play.py: it does not know the sensor {name}; known: image, state, position")
    value = np.concatenate([np.atleast_1d(part) for part in chosen])
    if list(value.shape) != sensor["shape"]:
        raise SystemExit(f"play.py: {name} has {value.shape} in dm_control, but the run learned from {sensor['shape']}")
    return value


class Schedule:
    """When a sensor is read, as docs/tasks.md says: intervals drawn anew after each reading, losses."""

    def __init__(self, sensor, rng):
        conditions = sensor.get("learned_with", {})
        self.low, self.high = conditions.get("interval_min", 1), conditions.get("interval_max", 1)
        self.dropout, self.delay, self.rng, self.next = conditions.get("dropout", 0), conditions.get("delay", 0), rng, 0

    def reads(self, step):
        if step < self.next:
            return False
        self.next = step + self.rng.integers(self.low, self.high + 1)
        return self.rng.random() >= self.dropout


def episode(run, world, filter, policy, rng, supersampling):
    """The sum of rewards."""
    repeat = run.model["control"]["action_repeat"]
    low, high = world.action_spec().minimum, world.action_spec().maximum
    schedules = {name: Schedule(sensor, rng) for name, sensor in run.sensors.items()}
    time_step, total, step, under_way = world.reset(), 0.0, 0, []
    action = np.zeros(run.model["action"]["size"], np.float32)
    filter.reset()
    while not time_step.last():
        filter.advance(action)
        for name, sensor in run.sensors.items():
            if schedules[name].reads(step):
                value = read(world, time_step, sensor, supersampling)
                under_way.append((step + schedules[name].delay, name, step * filter.step_s, value))
        for arrives, name, taken_s, value in [message for message in under_way if message[0] <= step]:
            filter.add(name, taken_s, value)
        under_way = [message for message in under_way if message[0] > step]
        action = policy(*filter.update())
        for _ in range(repeat):
            time_step = world.step(low + (action + 1) / 2 * (high - low))
            total += time_step.reward
            if time_step.last():
                break
        step += 1
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="what vrkn export wrote")
    parser.add_argument("--episodes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--supersampling", type=int, default=1, help="environment.image_supersampling of the run")
    parser.add_argument("--sample", action="store_true", help="draw the belief's sample, as vrkn eval does")
    parser.add_argument("--json", action="store_true", help="print every return, for machines")
    options = parser.parse_args()

    from dm_control import suite  # late: --help works without
    run = ExportedRun(options.folder)
    domain, _, task = run.model["run"]["task"].partition("_")
    if domain == "ball":
        domain, task = "ball_in_cup", "catch"
    world = suite.load(domain, task, task_kwargs={"random": options.seed})
    policy, rng = Policy(run, options.seed), np.random.default_rng(options.seed)
    filter = Filter(run, run.model["control"]["step_s"], rng=rng if options.sample else None)
    returns = []
    for number in range(options.episodes):
        returns.append(episode(run, world, filter, policy, rng, options.supersampling))
        if not options.json:
            print(f"episode {number}: return {returns[-1]:.1f}", flush=True)
    if options.json:
        print(json.dumps({"returns": returns}))
    else:
        print(f"mean return of {len(returns)} episodes: {np.mean(returns):.1f}, standard deviation {np.std(returns):.1f}")


if __name__ == "__main__":
    main()
