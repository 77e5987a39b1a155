"""What the tests of the package share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vrkn

#: A world model and a planner so small that an update takes a millisecond.
TINY: dict[str, Any] = {
    "threads": 1,
    "model.latent_dim": 6,
    "model.hidden_dim": 8,
    "networks.image_depth": 2,
    "networks.vector_hidden": 8,
    "networks.reward_hidden": 8,
    "agent.horizon": 3,
    "agent.iterations": 2,
    "agent.population_size": 20,
    "agent.num_elites": 4,
    "training.prefill_episodes": 2,
    "training.iterations": 2,
    "training.updates": 3,
    "training.batch_size": 4,
    "training.sequence_length": 8,
    "evaluation.every": 2,
    "evaluation.film": False,
    "evaluation.episodes": 2,
}

Train = Callable[..., vrkn.Outcome]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    """vrkn.train of a tiny agent, into a folder of its own."""

    def tiny(environment: Any = None, name: str = "run", settings: Any = None, **options: Any) -> vrkn.Outcome:
        return vrkn.train(
            environment,
            out=tmp_path / name,
            preset="small-planet",
            settings=TINY | (settings or {}),
            progress=False,
            **options,
        )

    return tiny


@pytest.fixture(scope="session")
def pendulum_run(tmp_path_factory: pytest.TempPathFactory) -> vrkn.Run:
    """A run on Gymnasium's pendulum, from its state and 16 pixels a side."""
    outcome = vrkn.train(
        "Pendulum-v1",
        out=tmp_path_factory.mktemp("pendulum") / "run",
        preset="small-planet",
        settings=TINY,
        progress=False,
        sensors=["state", "image"],
        image_size=16,
        step_limit=20,
    )
    return vrkn.load(outcome.path)
