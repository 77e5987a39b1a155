"""Training, going on, fitting and evaluating."""

import functools
import json
import os
import signal
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from conftest import TINY, Train

import vrkn


def measured(run: Path) -> Any:
    """All metrics but the times."""
    frame = vrkn.metrics(run)
    return frame[[name for name in frame.columns if not name.startswith("time/")]]


def test_trains_on_a_task_of_the_library(train: Train) -> None:
    records: list[vrkn.Record] = []
    settings = {"environment.action_repeat": 50, "environment.image_size": 16, "evaluation.film": True}
    outcome = train(settings=settings, callbacks=[records.append])
    assert outcome.finished and outcome.iterations == 2 and outcome.updates == 6
    assert outcome.env_steps == 4 * 1000 and isinstance(outcome.last_return, float)
    assert [record.kind for record in records if record.kind != "image"] == [
        "collect", "collect", "train", "evaluate", "episode", "episode", "train"]  # fmt: skip
    assert records[2].values["loss/kl"] >= 0.0
    pictures = [record.pictures for record in records if record.kind == "image"]
    assert pictures and pictures[0]["reconstruction/image"].shape[2] == 3
    assert (outcome.path / "videos").exists()


def test_a_stopped_run_goes_on_bit_for_bit(train: Train) -> None:
    def stop(record: vrkn.Record) -> None:
        if record.kind == "train":
            raise vrkn.StopTraining

    whole = train("Pendulum-v1", "whole", step_limit=20)
    stopped = train("Pendulum-v1", "stopped", step_limit=20, callbacks=[stop])
    assert not stopped.finished and stopped.iterations == 1 and stopped.last_return is None
    resumed = vrkn.resume(stopped.path, "Pendulum-v1", progress=False)
    assert resumed.finished and resumed.last_return == whole.last_return
    assert measured(whole.path).equals(measured(stopped.path))


def test_a_finished_run_goes_on_for_longer(train: Train) -> None:
    whole = train("Pendulum-v1", "whole", step_limit=20, settings={"training.iterations": 4})
    run = train("Pendulum-v1", "run", step_limit=20)
    with pytest.raises(vrkn.ConfigError, match=r"'model.latent_dim' is 5 now.*only these may change: training.iterations"):
        vrkn.resume(run.path, settings={"model.latent_dim": 5}, progress=False)
    longer = vrkn.resume(run.path, settings={"training.iterations": 4}, progress=False)
    assert longer.iterations == 4 and longer.last_return == whole.last_return
    changes = json.loads((run.path / "environment.json").read_text())["changes"]
    assert [change["keys"] for change in changes] == [{"training.iterations": ["2", "4"]}]


def test_more_memory_than_there_is(train: Train, tmp_path: Path) -> None:
    for key in ("model.latent_dim", "training.batch_size"):
        with pytest.raises(vrkn.ConfigError, match=rf"needs at least .* are there; what decides it: {key} = 1000000000000"):
            train("Pendulum-v1", step_limit=20, settings={key: 1_000_000_000_000})
        assert not (tmp_path / "run").exists()
    run = train("Pendulum-v1", step_limit=20)
    before = (run.path / "config.toml").read_text()
    with pytest.raises(vrkn.ConfigError, match=r"what decides it: training.iterations = 1000000000000"):
        vrkn.resume(run.path, settings={"training.iterations": 1_000_000_000_000}, progress=False)
    assert (run.path / "config.toml").read_text() == before


class Odd:
    """Sees a grey camera of 48 x 64 pixels and one of four channels; its reward may be absurd."""

    name, sensors, action_size, action_repeat, step_limit = "odd", [("grey", (48, 64, 1)), ("depth", (20, 17, 4))], 1, 1, 10

    def __init__(self, reward: float = 1.0) -> None:
        self.reward, self.random, self.steps = reward, np.random.default_rng(0), 0

    def reset(self, seed: int) -> dict[str, Any]:
        self.random, self.steps = np.random.default_rng(seed), 0
        return self.read()

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, float]:
        self.steps += 1
        return self.read(), self.reward, self.steps == self.step_limit, 1.0

    def read(self) -> dict[str, Any]:
        return {name: self.random.integers(0, 256, shape, dtype=np.uint8) for name, shape in self.sensors}

    def render(self, height: int, width: int) -> None:
        return None


def test_images_of_any_sides_and_channels(train: Train) -> None:
    outcome = train(Odd)
    run = vrkn.load(outcome.path)
    assert [(sensor.name, sensor.shape) for sensor in run.sensors] == [("grey", (48, 64, 1)), ("depth", (20, 17, 4))]
    forecast = run.filter().imagine(np.zeros((3, 1)))
    assert forecast.sensors["grey"].mean.shape == (1, 3, 48, 64, 1)
    assert next(vrkn.episodes(outcome.path))["depth"].shape == (11, 20, 17, 4)


def test_a_reward_that_nothing_can_be_learned_from(train: Train) -> None:
    for reward in (1e30, -2e6):
        with pytest.raises(vrkn.DataError, match="reward is .* at step 1 of an episode; allowed are numbers of up to 1e\\+06"):
            train(functools.partial(Odd, reward))


def test_a_signal_saves_and_leaves(train: Train, tmp_path: Path) -> None:
    for number, raised in ((signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)):
        former = signal.getsignal(number)
        sent = []

        def send(record: vrkn.Record, number: int = number, sent: list[int] = sent) -> None:
            if record.kind == "train" and not sent:
                sent.append(number)
                os.kill(os.getpid(), number)

        name = f"run-{number}"
        with pytest.raises(raised):
            train("Pendulum-v1", name, step_limit=20, callbacks=[send])
        assert signal.getsignal(number) is former
        assert vrkn.resume(tmp_path / name, progress=False).finished


def test_what_a_callback_or_a_world_raises_arrives(train: Train) -> None:
    def fail(record: vrkn.Record) -> None:
        raise LookupError(record.kind)

    with pytest.raises(LookupError, match="collect"):
        train("Pendulum-v1", "first", step_limit=20, callbacks=[fail])

    class Broken(gymnasium.Wrapper):  # type: ignore[type-arg]
        def step(self, action: Any) -> Any:
            raise OSError("the cable is out")

    with pytest.raises(OSError, match="the cable is out"):
        train(lambda: Broken(gymnasium.make("Pendulum-v1")), "second", step_limit=20)


def test_worlds_of_python_on_other_threads(train: Train) -> None:
    """Collection beside the updates, and evaluations side by side, call Python from threads that it does not know."""
    settings = {"training.async_collection": True, "threads": 3, "evaluation.episodes": 3}
    first = train("Pendulum-v1", "first", settings, step_limit=20)
    second = train("Pendulum-v1", "second", settings, step_limit=20)
    assert measured(first.path).equals(measured(second.path))

    class Broken(gymnasium.Wrapper):  # type: ignore[type-arg]
        steps = 0

        def step(self, action: Any) -> Any:
            self.steps += 1
            if self.steps == 50:  # after the random episodes
                raise OSError("the cable is out")
            return super().step(action)

    with pytest.raises(OSError, match="the cable is out"):
        train(lambda: Broken(gymnasium.make("Pendulum-v1")), "third", settings, step_limit=20)


def test_any_action_space_and_conditions(train: Train) -> None:
    outcome = train("CartPole-v1", settings={"environment.state.dropout": 0.5})
    episode = next(vrkn.episodes(outcome.path))
    assert episode["action"].shape[1] == 2 and not episode["state_valid"].all()
    assert "own:CartPole-v1" in vrkn.load(outcome.path).config


def test_what_an_end_is_worth_is_learned_and_not_evaluated(train: Train) -> None:
    """The shortest episode has sequences of every preset's length."""
    outcome = train("CartPole-v1", settings={"training.sequence_length": 40})
    for episode in vrkn.episodes(outcome.path):
        rewards = episode["reward"][1:]
        fallen = len(rewards) - 40
        np.testing.assert_array_equal(rewards, [1.0] * fallen + [0.0] * 40)
        assert (episode["state"][fallen:] == episode["state"][-1]).all()
        assert episode["discount"].tolist() == [1.0] * len(rewards) + [0.0]
    played = vrkn.evaluate(vrkn.load(outcome.path), episodes=2, progress=False)
    np.testing.assert_array_equal(played.lengths, played.returns)  # a reward of one for every step that it stands


def test_from_pixels(train: Train) -> None:
    outcome = train("Pendulum-v1", sensors=["image"], image_size=16, step_limit=12)
    run = vrkn.load(outcome.path)
    assert [(sensor.name, sensor.shape) for sensor in run.sensors] == [("image", (16, 16, 3))]


def test_a_mujoco_task_of_gymnasium(train: Train) -> None:
    outcome = train("InvertedDoublePendulum-v5")
    assert outcome.finished


def test_dm_control(train: Train) -> None:
    suite = pytest.importorskip("dm_control.suite")
    outcome = train(lambda: suite.load("pendulum", "swingup"), action_repeat=50)
    assert outcome.env_steps == 4 * 1000
    run = vrkn.load(outcome.path)
    played = vrkn.evaluate(run, lambda: suite.load("pendulum", "swingup"), episodes=1, progress=False)
    assert played.lengths.tolist() == [20]


def test_evaluation_plays_the_same_episodes_again(pendulum_run: vrkn.Run) -> None:
    options: dict[str, Any] = {"episodes": 3, "progress": False}
    first = vrkn.evaluate(pendulum_run, "Pendulum-v1", seed=4, **options)
    again = vrkn.evaluate(pendulum_run, "Pendulum-v1", seed=4, **options)
    other = vrkn.evaluate(pendulum_run, "Pendulum-v1", seed=5, **options)
    np.testing.assert_array_equal(first.returns, again.returns)
    assert first.mean != other.mean and first.std > 0.0
    assert first.lengths.tolist() == [20, 20, 20]
    episode = first.episodes[0]
    assert episode["image"].shape == (21, 16, 16, 3) and episode["action"].shape == (21, 1)
    # Gymnasium gives the same rewards for these actions.
    assert episode["reward"][1:].max() < 0.0 and first.returns[0] == pytest.approx(episode["reward"].sum(), rel=1e-5)
    dark = vrkn.evaluate(pendulum_run, "Pendulum-v1", conditions={"environment.image.dropout": 1.0}, **options)
    assert not dark.episodes[0]["image_valid"].any() and dark.episodes[0]["state_valid"].all()


def test_the_world_of_a_run_is_found_by_its_name(train: Train) -> None:
    outcome = train("Pendulum-v1", action_repeat=20)
    run = vrkn.load(outcome.path)
    assert vrkn.evaluate(run, episodes=1, progress=False).lengths.tolist() == [10]
    assert vrkn.evaluate(run, episodes=1, progress=False, step_limit=60).lengths.tolist() == [3]


def test_another_world_is_refused(train: Train) -> None:
    outcome = train("Pendulum-v1", step_limit=20)
    with pytest.raises(vrkn.ConfigError, match="sensors of CartPole-v1 is .*, but was"):
        vrkn.resume(outcome.path, "CartPole-v1", progress=False)
    outcome = train(TwoActions, "two")
    with pytest.raises(vrkn.ConfigError, match="action_repeat of two is 4, but was 1"):
        vrkn.evaluate(vrkn.load(outcome.path), FourSteps, progress=False)


class TwoActions:
    """A world with the pendulum's sensor."""

    name, sensors, action_size, action_repeat, step_limit = "two", [("state", (3,))], 2, 1, 20

    def reset(self, seed: int) -> dict[str, Any]:
        return {"state": np.zeros(3)}

    def step(self, action: Any) -> Any:
        return {"state": np.ones(3)}, 0.0, np.bool_(False), 1.0

    def render(self, height: int, width: int) -> None:
        return None


class FourSteps(TwoActions):
    action_repeat = 4


def test_a_world_that_never_ends_is_ended(train: Train) -> None:
    outcome = train(TwoActions)
    assert {len(episode["reward"]) for episode in vrkn.episodes(outcome.path)} == {21}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (({"state": np.array([0, np.nan, 0])}, 0.0, False, 1.0), "the reading of state at step 1 of an episode is not finite"),
        (({"state": np.zeros(3)}, np.inf, False, 1.0), "the reward of two at step 1 of an episode is inf"),
        (({"state": np.zeros(3)}, 0.0, False, 5.0), "the discount of two"),
        (({"touch": np.zeros(3)}, 0.0, False, 1.0), "a reading of 'touch', which is none of its sensors: state"),
        (({"state": np.zeros(4)}, 0.0, False, 1.0), r"state has the sizes \[4\]"),
        ((np.zeros(3), 0.0, False, 1.0), "must return a dictionary"),
        (({"state": np.zeros(3)}, 0.0, False, False, {}), r"must return \(readings, reward, is_last, discount\)"),
    ],
)
def test_a_world_that_answers_wrongly_is_named_and_leaves_nothing(
    train: Train, tmp_path: Path, answer: Any, message: str
) -> None:
    class Wrong(TwoActions):
        def step(self, action: Any) -> Any:
            return answer

    with pytest.raises(vrkn.InputError, match=message):
        train(Wrong)
    assert not (tmp_path / "run").exists()


def test_fits_logged_episodes(train: Train, tmp_path: Path) -> None:
    collected = train("Pendulum-v1", step_limit=20)
    fitted = vrkn.fit(
        collected.path / "episodes", out=tmp_path / "fit", preset="small-planet", settings=TINY, held_out=0.3, progress=False
    )
    assert fitted.finished and (fitted.path / "calibration" / "calibration.json").exists()
    found = vrkn.calibration(fitted.path / "calibration")
    assert set(found.horizons["quantity"]) == {"state", "reward"} and found.horizons["coverage_80"].between(0, 1).all()
    assert "pit" not in found.horizons and (found.horizons["crps"] > 0).all()
    assert found.gaps["quantity"].tolist() == ["state", "reward", "latent belief"] * 2
    assert found.gaps["early"].tolist() == [False] * 3 + [True] * 3
    assert found.gaps["variance_change"].notna().all() and not found.gaps["warns"].any()  # too few episodes to tell
    with pytest.raises(vrkn.DataError, match="calibration.json"):
        vrkn.calibration(fitted.path)
    assert vrkn.metrics(fitted.path, "held_out")["loss/kl"].notna().all()
    assert vrkn.resume(fitted.path, progress=False).updates == fitted.updates


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"environment": "Pendulum-v1", "sensors": ["touch"]}, vrkn.ConfigError, "no sensor 'touch'; it has state"),
        ({"settings": {"training.itertions": 3}}, vrkn.ConfigError, "did you mean 'training.iterations'"),
        ({"sensors": ["image"]}, vrkn.ConfigError, "no environment that sensors could be an option of"),
        ({"environment": "Pendulum-v1", "settings": {"environment.image.noise": 1}}, vrkn.ConfigError, "image has conditions"),
        ({"environment": "Pendulum-v1", "settings": {"environment.action_repeat": 5}}, vrkn.ConfigError, "say action_repeat="),
    ],
)
def test_bad_input_leaves_nothing_behind(
    train: Train, tmp_path: Path, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        train(**arguments)
    assert not (tmp_path / "run").exists()


def test_the_command_says_that_it_cannot_make_such_a_world(train: Train) -> None:
    from vrkn import command

    outcome = train("Pendulum-v1", step_limit=20)
    with pytest.raises(vrkn.InputError, match="own:Pendulum-v1"):
        command.run("eval", str(outcome.path))
    assert "own:Pendulum-v1" in command.run("inspect", str(outcome.path))
