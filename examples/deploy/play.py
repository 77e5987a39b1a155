"""Plays a task of the control suite with an exported run: dm_control's physics, ONNX Runtime, and nothing of vrkn.

    pip install numpy onnxruntime dm_control mujoco==3.17.0
    python examples/deploy/play.py exported --episodes 10
    python examples/deploy/play.py exported --starts starts.json   beginning where vrkn eval --starts starts.json did
    MUJOCO_GL=egl python examples/deploy/play.py exported     for runs that see

The world is the one that the run learned in: sensors, their gaps, delays and noise, occluders, noise of the actions."""
import argparse
import json
import sys

import numpy as np

from exported_run import ExportedRun, Filter, Policy


def episode(world, filter, policy, action_size, start):
    """The sum of rewards."""
    readings, action, total, over = world.reset(start), np.zeros(action_size, np.float32), 0.0, False
    filter.reset()
    while not over:
        filter.advance(action)
        for name, step, value in readings:
            filter.add(name, step * filter.step_s, value)
        action = policy(*filter.update())
        reward, readings, over = world.step(action)
        total += reward
    return total


def play(options):
    from suite_world import SuiteWorld, read_starts  # late: --help works without dm_control
    run = ExportedRun(options.folder)
    starts = read_starts(options.starts) if options.starts else None
    count = options.episodes or (len(starts) if starts else 10)
    if starts is not None and count > len(starts):
        raise ValueError(f"--episodes is {count}, but {options.starts} has {len(starts)} starts")
    world = SuiteWorld(run.model, options.seed)
    rng = np.random.default_rng(options.seed) if options.sample else None
    filter = Filter(run, run.model["control"]["step_s"], rng=rng)
    policy = Policy(run, options.seed, sample=options.sample)
    returns = []
    for number in range(count):
        returns.append(episode(world, filter, policy, run.model["action"]["size"], starts[number] if starts else None))
        if not options.json:
            print(f"episode {number}: return {returns[-1]:.1f}", flush=True)
    if options.json:
        print(json.dumps({"returns": returns}))
    else:
        print(f"mean return of {count} episodes: {np.mean(returns):.1f}, standard deviation {np.std(returns):.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="what vrkn export wrote")
    parser.add_argument("--episodes", type=int, help="how many (default: as many as there are starts, or 10)")
    parser.add_argument("--starts", metavar="FILE", help="where they begin: what vrkn eval --starts FILE wrote")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", action="store_true", help="draw all that vrkn eval draws: beliefs, imagined states")
    parser.add_argument("--json", action="store_true", help="print every return, for machines")
    try:
        play(parser.parse_args())
    except (OSError, ValueError) as error:
        print(f"play.py: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
