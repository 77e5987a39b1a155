"""Run directories made up for tests: a few settings and curves that are known, no learning behind them."""
import json
import math
import random

SETTINGS = """seed = {seed}
device = "cpu"
threads = 1

[environment]
task = "{task}"
sensors = ["image", "state"]
transition_noise = {noise}

[model]
kind = "{model}"
hidden_dim = 200

[agent]
kind = "dreamer"

[training]
iterations = 250
"""


def learning_curve(task, model, seed, steps, last=1_000_000):
    """Returns that rise from about 50 to a level of the task and the model, with noise; the same for the same arguments."""
    draw = random.Random(f"{task} {model} {seed}")
    level = 550 + 350 * random.Random(task).random() + {"vrkn": 60, "rssm": 0, "vrkn-no-mcd": -180}.get(model, -80)
    middle = (0.18 + 0.3 * random.Random(task + "x").random()) * last * draw.uniform(0.75, 1.35)
    level *= draw.uniform(0.88, 1.05)
    return [max(0.0, min(1000.0, 50 + (level - 50) / (1 + math.exp(-(step - middle) / (0.09 * last))) + draw.gauss(0, 22)))
            for step in steps]


def record(kind, step, **metrics):
    return json.dumps({"kind": kind, "env_step": int(step), "iteration": int(step) // 1000, **metrics}) + "\n"


def write_run(folder, task="cartpole_swingup", model="vrkn", seed=1, noise=0.0, steps=None, returns=None):
    """A run directory; without `returns` those of `learning_curve`."""
    folder.mkdir(parents=True)
    steps = list(range(0, 1_000_001, 20_000)) if steps is None else steps
    returns = learning_curve(task, model, seed, steps) if returns is None else returns
    (folder / "config.toml").write_text(SETTINGS.format(seed=seed, task=task, model=model, noise=noise))
    (folder / "environment.json").write_text(json.dumps(
        {"vrkn": "0.1.0", "commit": "synthetic", "seed": seed, "started": "2025-01-01T12:00:00Z", "command": "none"}))
    with open(folder / "metrics.jsonl", "w", encoding="utf-8") as file:
        for step, value in zip(steps, returns):
            file.write(record("evaluate", step, **{"return": value, "episodes": 10.0}))
            file.write(record("train", step, **{"loss/total": 100.0 - value / 20}))
    return folder


def write_calibration(folder, horizon=10):
    """A file calibration.json as `vrkn eval --uncertainty` writes it."""
    folder.mkdir(parents=True)
    levels = [i / 20 for i in range(1, 20)]

    def entry(h, scale):
        curve = [min(1.0, p ** (0.55 + 0.03 * h)) for p in levels]
        return {"steps_ahead": h, "count": 100, "coverage_50": curve[9], "coverage_80": curve[15],
                "coverage_95": curve[18], "coverage_curve": curve, "negative_log_likelihood": 1.0, "squared_error": 0.2,
                "normalised_squared_error": 0.4 + 0.02 * h, "aleatoric": scale * h, "epistemic": scale * 0.1 * h * h,
                "normalised_innovation_squared": None if scale < 0.02 else 1.4}

    def gap(change, error_change):
        """Of four episodes: straight lines around 1 with these changes."""
        line = lambda by: [1.0 + by * (2 * h - horizon - 1) / (2 * (horizon - 1)) for h in range(1, horizon + 1)]
        trend = lambda by: {"change": by, "standard_error": None if by is None else 0.02}
        return {"steps_ahead": [float(h) for h in range(1, horizon + 1)], "episodes": 4, "variance": line(change),
                "squared_error": [] if error_change is None else line(error_change), "variance_trend": trend(change),
                "error_trend": trend(error_change), "warns": error_change is not None and change < 0 < error_change}

    quantities = {name: [entry(h, scale) for h in range(1, horizon + 1)]
                  for name, scale in (("image", 0.05), ("reward", 0.01))}
    (folder / "calibration.json").write_text(json.dumps(
        {"horizon": horizon, "draws": 5, "samples": 5, "noise": {name: 1.0 for name in quantities},
         "curve_levels": levels, "quantities": quantities,
         "gap": {"quantities": {"image": gap(-0.3, 0.8), "reward": gap(0.5, 0.6)}, "latent": gap(-0.25, None),
                 "warnings": []}}))
