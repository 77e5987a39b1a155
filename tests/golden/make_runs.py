#!/usr/bin/env python3
"""Small runs of one version of vrkn, which later versions must read: tests/golden/runs/VERSION.

    make_runs.py VRKN        run once, by the command of a version that is released

An agent of each kind and a world model of files, from the state of a world without pictures, and what `vrkn eval` says of
the agents.
"""
import json
import pathlib
import subprocess
import sys

SETTINGS = {
    "threads": 1, "environment.task": "double_integrator", "environment.sensors": ["state"], "environment.action_repeat": 5,
    "model.hidden_dim": 8, "networks.vector_hidden": 8, "networks.vector_layers": 1,
    "networks.reward_hidden": 8, "networks.reward_layers": 1, "training.iterations": 2, "training.updates": 4,
    "training.batch_size": 2, "training.sequence_length": 6, "training.checkpoint_every": 2,
    "evaluation.every": 2, "evaluation.episodes": 2,
}
AGENTS = {
    "planet": {"agent.kind": "planet", "agent.horizon": 3, "agent.iterations": 2, "agent.candidates": 10,
               "agent.top_candidates": 3, "model.kind": "vrkn", "model.latent_dim": 4},
    "dreamer": {"agent.kind": "dreamer", "agent.horizon": 5, "agent.actor_hidden": 8, "agent.actor_layers": 1,
                "agent.value_hidden": 8, "agent.value_layers": 1, "model.kind": "rssm-smoothing-mcd",
                "model.stochastic_dim": 4, "model.deterministic_dim": 8, "model.smoother_dim": 8},
    "fit": {"agent.kind": "planet", "model.kind": "rssm-mcd", "model.stochastic_dim": 4, "model.deterministic_dim": 8},
}


def words(settings):
    return [word for key, value in settings.items() for word in ("--set", f"{key}={json.dumps(value)}")]


def main():
    vrkn = sys.argv[1]

    def call(*arguments):
        return subprocess.run([vrkn, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout

    folder = pathlib.Path(__file__).resolve().parent / "runs" / call("--version").split()[1]
    for name, own in AGENTS.items():
        run = folder / name
        settings = words({**SETTINGS, **own})
        if name == "fit":
            call("fit", "--data", folder / "planet" / "episodes", "--held-out", 0.25, "--out", run, *settings)
        else:
            call("train", "--out", run, *settings)
            found = json.loads(call("eval", run, "--episodes", 3, "--json"))
            (folder / f"{name}.json").write_text(json.dumps({"returns": found["returns"]}) + "\n")
        for path in [run / ".lock", *run.glob("videos/*"), *run.glob("calibration/*")]:
            path.unlink(missing_ok=True)
        for path in [run / "data.json", run / "environment.json"]:  # no paths of this machine
            if path.exists():
                path.write_text(path.read_text().replace(str(folder), "/runs"))


main()
