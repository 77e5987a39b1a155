"""Pendulum-v1 from its pictures alone: sixty episodes of 100 decisions, one thread."""

import vrkn

vrkn.train(
    "Pendulum-v1",
    out="runs/pendulum-pixels",
    preset="small-planet",
    sensors=["image"],
    image_size=32,
    action_repeat=2,
    settings={
        "networks.image_depth": 8,
        "agent.horizon": 15,
        "agent.population_size": 100,
        "agent.num_elites": 10,
        "training.iterations": 60,
        "training.updates": 100,
        "evaluation.every": 10,
        "evaluation.episodes": 5,
    },
)
