"""Gymnasium's inverted pendulum of MuJoCo, from its state: one thread."""

import vrkn

vrkn.train(
    "InvertedPendulum-v5",
    out="runs/inverted-pendulum",
    preset="small-vector",
    settings={
        "seed": 1,
        "objective.sensor_noise": "learned-per-element",
        "training.sequence_length": 12,
        "training.batch_size": 32,
        "training.prefill_episodes": 40,
        "training.exploration_noise": 0.1,
        "training.iterations": 80,
    },
)
