"""What a run has learned."""

import concurrent.futures
import importlib.metadata
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vrkn
from vrkn import _core


def observation(seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    return {
        "state": random.normal(size=3).astype(np.float32),
        "image": random.integers(0, 256, (16, 16, 3), dtype=np.uint8),
    }


def test_says_what_it_takes_in(pendulum_run: vrkn.Run) -> None:
    assert [(sensor.name, sensor.shape, sensor.is_image) for sensor in pendulum_run.sensors] == [
        ("state", (3,), False), ("image", (16, 16, 3), True)]  # fmt: skip
    assert (pendulum_run.action_size, pendulum_run.action_repeat, pendulum_run.task) == (1, 1, "own:Pendulum-v1")
    assert pendulum_run.updates == 6 and pendulum_run.env_steps == 80
    assert "latent_dim = 6" in pendulum_run.config


def test_a_missing_reading_changes_nothing_and_a_present_one_does(pendulum_run: vrkn.Run) -> None:
    filter = pendulum_run.filter()
    assert filter.mean.shape == filter.var.shape == (1, 6) and np.all(filter.var > 0)
    before = filter.mean.copy(), filter.var.copy()
    filter.update({"state": None})
    filter.update({})
    np.testing.assert_array_equal(filter.mean, before[0])
    filter.update({"state": observation(1)["state"]})
    assert np.all(filter.var <= before[1] * (1 + 1e-6)) and np.any(filter.mean != before[0])


def test_a_batch_is_its_rows(pendulum_run: vrkn.Run) -> None:
    both, alone = pendulum_run.filter(batch=2), pendulum_run.filter()
    now = observation(2)
    both.update({"state": [now["state"], None], "image": np.stack([now["image"], now["image"]])})
    alone.update({"state": now["state"]})
    both.predict([[0.5], [0.5]])
    alone.predict([0.5])
    assert both.mean.shape == (2, 6) and np.any(both.mean[0] != both.mean[1])
    np.testing.assert_allclose(both.reward().shape, (2,))

    rows = pendulum_run.filter(batch=2, seed=1)
    rows.update({"state": np.stack([now["state"]] * 2)})
    one = pendulum_run.filter(seed=1)
    one.update({"state": now["state"]})
    np.testing.assert_allclose(rows.mean[0], one.mean[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(rows.mean[0], rows.mean[1])
    listed = pendulum_run.filter(batch=2, seed=1)
    listed.update({"state": [now["state"].tolist()] * 2})
    np.testing.assert_array_equal(listed.mean, rows.mean)


def test_acting_is_to_update_to_plan_and_to_predict(pendulum_run: vrkn.Run) -> None:
    acting, beside = pendulum_run.filter(), pendulum_run.filter()
    for step in range(3):
        action = acting.act({"state": observation(step)["state"]})
        assert action.shape == (1, 1) and np.all(np.abs(action) <= 1.0)
        beside.update({"state": observation(step)["state"]})
        beside.predict(action)
        np.testing.assert_allclose(acting.mean, beside.mean, rtol=1e-4, atol=1e-5)


def test_reconstructs_in_raw_units(pendulum_run: vrkn.Run) -> None:
    filter = pendulum_run.filter()
    filter.update(observation(3))
    found = filter.reconstruct()
    assert found["state"].shape == (1, 3) and found["state"].dtype == np.float32
    assert found["image"].shape == (1, 16, 16, 3) and found["image"].dtype == np.uint8
    assert filter.features.shape[0] == 1


def test_imagines_with_uncertainties_and_stays_where_it_is(pendulum_run: vrkn.Run) -> None:
    filter = pendulum_run.filter()
    filter.update(observation(4))
    before = filter.mean
    forecast = filter.imagine(np.zeros((5, 1)), draws=3, samples=4)
    np.testing.assert_array_equal(filter.mean, before)
    assert set(forecast.sensors) == {"state", "image"}
    state, image = forecast.sensors["state"], forecast.sensors["image"]
    assert state.mean.shape == (1, 5, 3) and image.mean.shape == (1, 5, 16, 16, 3) and image.mean.dtype == np.uint8
    assert forecast.reward.mean.shape == (1, 5)
    for parts in (state, image, forecast.reward):
        assert np.all(parts.aleatoric >= 0) and np.all(parts.epistemic >= 0) and np.all(parts.noise > 0)
        np.testing.assert_allclose(parts.variance, parts.aleatoric + parts.epistemic + parts.noise)
    assert state.epistemic.max() > 0  # Monte Carlo dropout
    assert np.all(image.noise == np.float32((255 * 0.1) ** 2)) or image.noise.max() > 1


def test_intervals_are_the_gaussian_ones_or_recalibrated(pendulum_run: vrkn.Run) -> None:
    forecast = pendulum_run.filter().imagine(np.zeros((5, 1)), draws=2, samples=2, steps=[1, 3])
    for parts in (*forecast.sensors.values(), forecast.reward):
        low, high = parts.interval(0.95)
        deviation = np.sqrt(parts.variance)
        np.testing.assert_allclose((high - low) / 2, 1.9599640 * deviation, rtol=1e-3)
        np.testing.assert_allclose((high + low) / 2, parts.mean, rtol=1e-3, atol=1e-3)
    for level in (0.0, 1.0, -1.0):
        with pytest.raises(vrkn.ConfigError, match="between 0 and 1"):
            forecast.reward.interval(level)
    with pytest.raises(vrkn.DataError, match="has no recalibration"):
        pendulum_run.recalibration()

    file = pendulum_run.path / "recalibration.json"
    (checkpoint,) = (pendulum_run.path / "checkpoints").glob(f"*{pendulum_run.updates}.ckpt")
    widths = [0.1 * i for i in range(1, 100)]
    one, three = ({"variance_scale": 1.0, "half_widths": [scale * width for width in widths]} for scale in (1, 2))
    fitted = {"updates": pendulum_run.updates, "checkpoint": checkpoint.read_bytes()[18:34].decode(), "seed": 3}
    file.write_text(json.dumps({**fitted, "episodes": 2, "quantities": {"state": {"1": one, "3": three}}}))
    try:
        recalibration = pendulum_run.recalibration()
        assert (recalibration.seed, recalibration.episodes) == (3, 2)
        state = forecast.sensors["state"]
        low, high = state.interval(0.4, recalibration)
        deviation = np.sqrt(state.variance)
        np.testing.assert_allclose((high - low)[:, 0] / 2, 4.0 * deviation[:, 0], rtol=1e-3)
        np.testing.assert_allclose((high - low)[:, 1] / 2, 8.0 * deviation[:, 1], rtol=1e-3)
        with pytest.raises(vrkn.ConfigError, match="only of state"):
            forecast.reward.interval(0.4, recalibration)
    finally:
        file.unlink()


def test_imagines_what_is_asked_for_alone_with_the_same_values(pendulum_run: vrkn.Run) -> None:
    def imagine(**choice: Any) -> vrkn.Forecast:
        filter = pendulum_run.filter(seed=3)
        filter.update(observation(4))
        return filter.imagine(np.zeros((5, 1)), draws=3, samples=4, **choice)

    everything = imagine()
    assert everything.steps.tolist() == [1, 2, 3, 4, 5]
    some = imagine(sensors=["state"], steps=[2, 5], reward=False)
    assert some.steps.tolist() == [2, 5] and set(some.sensors) == {"state"}
    for part in ("mean", "aleatoric", "epistemic", "noise", "variance"):
        np.testing.assert_array_equal(
            getattr(some.sensors["state"], part), getattr(everything.sensors["state"], part)[:, [1, 4]]
        )
    with pytest.raises(vrkn.ConfigError, match="not asked for"):
        _ = some.reward
    reward = imagine(sensors=[], steps=np.array([5]))
    np.testing.assert_array_equal(reward.reward.mean, everything.reward.mean[:, 4:])
    assert reward.sensors == {}


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"sensors": ["touch"]}, "'touch' is no sensor; the sensors are state, image"),
        ({"sensors": "state"}, "list of names"),
        ({"steps": [0]}, "step 0"),
        ({"steps": [3, 6]}, "at most 5"),
        ({"steps": []}, "of nothing"),
        ({"sensors": [], "reward": False}, "of nothing"),
    ],
)
def test_names_the_choice_that_there_is_not(pendulum_run: vrkn.Run, choice: dict[str, Any], message: str) -> None:
    with pytest.raises(vrkn.ConfigError, match=message):
        pendulum_run.filter().imagine(np.zeros((5, 1)), **choice)


def test_a_forecast_s_variances_are_squares_of_the_readings_unit(pendulum_run: vrkn.Run) -> None:
    """Of what the model says in network units the noise of a sensor with sigma 1 and weight w is 1 / w, for pictures and
    vectors alike. In raw units that is 256 squared, and the square of each component's deviation."""
    filter = pendulum_run.filter()
    forecast = filter.imagine(np.zeros((1, 1)), draws=2, samples=2)
    network_noise = forecast.sensors["image"].noise.flat[0] / 256**2
    deviations = np.sqrt(forecast.sensors["state"].noise[0, 0] / network_noise)
    states = np.concatenate([episode["state"] for episode in list(vrkn.episodes(pendulum_run.path))[:2]])
    np.testing.assert_allclose(deviations, states.std(axis=0), rtol=0.05)  # of the prefill's episodes


def test_arrays_share_the_memory_of_tensors(pendulum_run: vrkn.Run) -> None:
    filter = pendulum_run.filter()
    mean = filter.mean
    assert not mean.flags.owndata
    mean[:] = 50.0  # a copy of the filter's
    assert np.all(filter.mean != 50.0)
    del filter
    assert np.all(mean == 50.0)  # the memory lives as long as the array


@pytest.mark.parametrize(
    ("readings", "message"),
    [
        ({"touch": np.zeros(3)}, "'touch' is no sensor; the sensors are state, image"),
        ({"state": np.zeros(4)}, r"state has the sizes \[4\], but must have \[1, 3\]"),
        ({"image": np.zeros((16, 16, 3))}, "not of uint8"),
        ({"image": np.zeros((3, 16, 16), np.uint8)}, "image has the sizes"),
        ({"state": [np.zeros(3), None]}, "state has 2 readings, but there are 1 episodes"),
        ({"state": "north"}, "no array of numbers"),
        ({"state": [np.nan, 0.0, 0.0]}, "state is not finite"),
    ],
)
def test_names_the_reading_that_does_not_fit(pendulum_run: vrkn.Run, readings: dict[str, Any], message: str) -> None:
    with pytest.raises(vrkn.InputError, match=message):
        pendulum_run.filter().update(readings)


def test_names_the_run_or_checkpoint_that_is_not_there(pendulum_run: vrkn.Run, tmp_path: Path) -> None:
    with pytest.raises(vrkn.DataError, match="config.toml"):
        vrkn.load(tmp_path)
    with pytest.raises(vrkn.DataError, match="999"):
        vrkn.load(pendulum_run.path, checkpoint="999")
    with pytest.raises(vrkn.ConfigError, match="batch is 0"):
        pendulum_run.filter(batch=0)
    with pytest.raises(vrkn.ShapeError, match="actions"):
        pendulum_run.filter().imagine(np.zeros((1, 5, 2)))


def test_threads_may_share_a_filter(pendulum_run: vrkn.Run) -> None:
    filter = pendulum_run.filter(batch=4)
    readings, actions = {"state": np.zeros((4, 3))}, np.zeros((4, 1))

    def use(number: int) -> float:
        for _ in range(40):
            filter.update(readings)
            filter.predict(actions)
        return float(filter.mean.sum() + filter.reward().sum() + filter.features.sum())

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        assert np.all(np.isfinite(list(pool.map(use, range(6)))))


def test_takes_tensors_of_pytorch(pendulum_run: vrkn.Run) -> None:
    if importlib.metadata.version("torch").partition("+")[0] != _core.libtorch():
        pytest.skip("the package torch is of another version than the LibTorch that was linked")
    torch = pytest.importorskip("torch")
    ours, theirs = pendulum_run.filter(), pendulum_run.filter()
    ours.update({"state": [0.5, 0.5, 1.0]})
    theirs.update({"state": torch.tensor([0.5, 0.5, 1.0])})
    np.testing.assert_array_equal(ours.mean, theirs.mean)
    assert torch.from_numpy(ours.mean).shape == (1, 6)
