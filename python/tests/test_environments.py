"""The library's tasks as Gymnasium environments."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import vrkn
import vrkn.environments  # registers the tasks


@pytest.mark.parametrize("task", vrkn.tasks())
def test_every_task_passes_gymnasiums_check(task: str) -> None:
    environment = gymnasium.make(f"vrkn/{task}-v0", sensors="image" if task == "counter" else "state", image_size=16)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*(infinity|precision lowered|render).*")
        check_env(environment.unwrapped, skip_render_check=True)


@pytest.mark.parametrize("sensors", ["image", ["image", "position"]])
def test_images_under_conditions_pass_it_too(sensors: str | list[str]) -> None:
    settings = {"environment.image.dropout": 0.5, "environment.occlusion.kind": "discs", "environment.transition_noise": 0.2}
    environment = vrkn.make("cartpole_swingup", sensors, image_size=16, settings=settings, render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_env(environment, skip_render_check=True)
    picture = environment.render()
    assert picture is not None and picture.shape == (240, 320, 3) and picture.std() > 10


def test_a_missing_reading_is_zero_and_marked() -> None:
    settings = {"environment.state.interval_min": 3, "environment.state.interval_max": 3}
    environment = vrkn.make("pendulum_swingup", settings=settings)
    _, info = environment.reset(seed=4)
    valid = [info["valid"]["state"]]
    for _ in range(6):
        observation, _, _, _, info = environment.step(np.zeros(1, np.float32))
        valid.append(info["valid"]["state"])
        assert np.any(observation) == valid[-1]
    assert valid == [True, False, False, True, False, False, True]


def test_an_episode_is_a_function_of_the_seed_and_is_truncated_at_its_limit() -> None:
    def play(seed: int) -> tuple[list[float], bool, bool]:
        environment = vrkn.make("cartpole_balance", action_repeat=100)
        environment.reset(seed=seed)
        rewards, ended = [], (False, False)
        while not any(ended):
            _, reward, *ended, _ = environment.step(np.array([0.1], np.float32))  # type: ignore[assignment]
            rewards.append(reward)
        return rewards, *ended

    first, again, other = play(7), play(7), play(8)
    assert first == again and first[0] != other[0]
    assert len(first[0]) == 10 and first[1:] == (False, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"task": "cartpole_swingupp"}, "did you mean"),
        ({"task": "cartpole_swingup", "sensors": "touch"}, "touch"),
        ({"task": "cartpole_swingup", "render_mode": "human"}, "render_mode"),
        ({"task": "cartpole_swingup", "settings": {"environment.state.dropout": 2}}, "dropout"),
    ],
)
def test_names_the_mistake(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(vrkn.ConfigError, match=message):
        vrkn.make(**arguments)  # type: ignore[arg-type]
