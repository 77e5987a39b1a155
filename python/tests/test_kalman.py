"""Linear-Gaussian models on NumPy arrays, beside statsmodels and closed forms."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import vrkn
from vrkn import ConfigError, NumericalError, ShapeError, kalman

NILE = np.array([
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740.0])  # fmt: skip


def random_walk(**changes: object) -> kalman.Model:
    parameters = {
        "transition": [[1.0]], "process_noise": [[0.5]], "emission": [[1.0]], "observation_noise": [[2.0]],
        "initial_mean": [0.0], "initial_covariance": [[3.0]],
    }  # fmt: skip
    return kalman.Model(**(parameters | changes))  # type: ignore[arg-type]


def test_the_nile_as_published() -> None:
    """Durbin and Koopman 2012, table 2.1 and figure 2.4; R's StructTS and KFAS."""
    for method in ("em", "gradient"):
        fit = kalman.structural(NILE).fit(NILE, method=method)  # type: ignore[arg-type]
        assert fit.converged
        np.testing.assert_allclose(fit.model.observation_noise, [[15098.5]], rtol=1e-5)
        np.testing.assert_allclose(fit.model.process_noise, [[1469.2]], rtol=2e-5)
        # -632.5456 where the constant of the first observation, which is diffuse, is left out.
        assert fit.log_likelihood + 0.5 * np.log(2 * np.pi) == pytest.approx(-632.5456, abs=1e-4)
    assert kalman.smooth(fit.model, NILE).mean[0, 0] == pytest.approx(1111.67, abs=0.01)  # statsmodels
    errors = fit.standard_errors()
    assert 2000 < errors["observation_noise"][0, 0] < 4500 and 500 < errors["process_noise"][0, 0] < 2500


@pytest.mark.parametrize("missing", [False, True])
def test_structural_models_fit_as_statsmodels_does(missing: bool) -> None:
    structural = pytest.importorskip("statsmodels.tsa.statespace.structural")
    random = np.random.default_rng(3)
    steps = np.arange(160)
    series = np.cumsum(random.normal(0, 0.3, 160)) + 2 * np.sin(2 * np.pi * steps / 4) + random.normal(0, 0.5, 160)
    if missing:
        series[[5, 6, 70, 71, 72]] = np.nan
    fit = kalman.structural(series, seasonal=4).fit(series)
    theirs = structural.UnobservedComponents(series, "local level", seasonal=4, use_exact_diffuse=True).fit(disp=False)
    assert fit.log_likelihood >= theirs.llf - 1e-3
    found = theirs.model.loglike(
        [np.asarray(fit.model.observation_noise)[0, 0], *np.diag(np.asarray(fit.model.process_noise))[:2]]
    )
    assert found == pytest.approx(fit.log_likelihood, abs=1e-5)  # the same likelihood at the same parameters


def test_the_filter_is_bayes_rule() -> None:
    model, observations = random_walk(), np.array([1.0, np.nan, -2.0])
    filtered = kalman.filter(model, observations)
    # The joint distribution of all states, conditioned on the observations at once.
    states = np.array([[3.0, 3.0, 3.0], [3.0, 3.5, 3.5], [3.0, 3.5, 4.0]])
    seen = [0, 2]
    joint = states[np.ix_(seen, seen)] + 2.0 * np.eye(2)
    weights = np.linalg.solve(joint, states[seen]).T
    smoothed = kalman.smooth(model, observations)
    np.testing.assert_allclose(smoothed.mean[:, 0], weights @ observations[seen])
    np.testing.assert_allclose(smoothed.covariance[:, 0, 0], np.diag(states - weights @ states[seen]))
    np.testing.assert_allclose(filtered.mean[2], smoothed.mean[2])
    sign, log_determinant = np.linalg.slogdet(2 * np.pi * joint)
    expected = -0.5 * (log_determinant + observations[seen] @ np.linalg.solve(joint, observations[seen]))
    assert filtered.log_likelihood == pytest.approx(expected)
    assert kalman.log_likelihood(model, observations) == pytest.approx(expected)
    assert np.isnan(filtered.innovation[1]) and filtered.log_density[1] == 0.0 and filtered.diffuse_steps == 0
    assert filtered.innovation.shape == filtered.log_density.shape == (3,) and filtered.covariance.shape == (3, 1, 1)


def test_sequences_side_by_side_are_sequences_alone() -> None:
    model = kalman.Model(
        transition=[[0.9, 0.1], [0.0, 0.8]], process_noise=np.eye(2) * 0.1, emission=np.eye(2), observation_noise=np.eye(2),
        initial_mean=[0, 0], initial_covariance=np.eye(2), state_control=[[1.0], [0.5]],
    )  # fmt: skip
    controls = np.random.default_rng(1).normal(size=(3, 20, 1))
    states, observations = kalman.sample(model, 20, sequences=3, seed=5, controls=controls)
    assert states.shape == (3, 20, 2) and observations.shape == (3, 20, 2)
    observations[1, 4:8] = np.nan
    together = kalman.smooth(model, observations, controls)
    for n in range(3):
        alone = kalman.smooth(model, observations[n], controls[n])
        np.testing.assert_allclose(together.mean[n], alone.mean, atol=1e-12)
        np.testing.assert_allclose(together.covariance[n], alone.covariance, atol=1e-12)
        assert together.log_likelihood[n] == pytest.approx(float(alone.log_likelihood))


def test_samples_scatter_as_the_posterior_says() -> None:
    model = random_walk()
    _, observations = kalman.sample(model, 8, seed=2)
    smoothed = kalman.smooth(model, observations)
    paths = np.stack([kalman.sample_posterior(model, observations, seed) for seed in range(4000)])
    np.testing.assert_allclose(paths.mean(0), smoothed.mean, atol=0.1)
    np.testing.assert_allclose(paths.var(0)[:, 0], smoothed.covariance[:, 0, 0], rtol=0.1)


def test_parameters_may_differ_from_step_to_step() -> None:
    noise = np.array([[[0.1]], [[0.5]], [[2.0]], [[0.3]]])
    varying = kalman.filter(random_walk(process_noise=noise), np.zeros(4))
    variances = 3.0
    for step in range(4):
        predicted = variances + (noise[step, 0, 0] if step else 0.0)
        assert varying.predicted_covariance[step, 0, 0] == pytest.approx(predicted)
        variances = predicted * 2.0 / (predicted + 2.0)


@pytest.mark.parametrize("method", ["em", "gradient"])
def test_single_elements_are_held(method: str) -> None:
    truth = kalman.Model(
        transition=[[1.0, 0.1], [0.0, 0.7]], process_noise=np.diag([0.01, 0.2]), emission=[[1.0, 0.0]],
        observation_noise=[[0.1]], initial_mean=[0, 0], initial_covariance=np.eye(2),
    )  # fmt: skip
    _, observations = kalman.sample(truth, 200, sequences=20, seed=4)
    start = kalman.Model(**{**truth.__dict__, "transition": [[1.0, 0.1], [0.0, 0.2]]})
    fit = kalman.fit(start, observations, {"transition": [[False, False], [False, True]]}, method=method)  # type: ignore[arg-type]
    found = np.asarray(fit.model.transition)
    np.testing.assert_array_equal(found[0], [1.0, 0.1])
    assert found[1, 0] == 0.0 and found[1, 1] == pytest.approx(0.7, abs=0.05)
    errors = fit.standard_errors()["transition"]
    assert errors[1, 1] > 0 and errors[0, 0] == errors[1, 0] == 0.0
    assert abs(found[1, 1] - 0.7) < 4 * errors[1, 1]
    assert np.all(np.diff(fit.log_likelihoods) >= -1e-9)


def test_what_a_masked_array_hides_is_missing() -> None:
    masked = np.ma.masked_array([1.0, 99.0, 3.0], [False, True, False])
    np.testing.assert_array_equal(
        kalman.smooth(random_walk(), masked).mean, kalman.smooth(random_walk(), [1.0, np.nan, 3.0]).mean
    )


def test_a_fit_keeps_its_own_data() -> None:
    series = NILE.copy()
    fit = kalman.structural(series).fit(series)
    before = fit.standard_errors()["process_noise"]
    series[:] = 0.0
    np.testing.assert_array_equal(fit.standard_errors()["process_noise"], before)


def test_names_the_mistake() -> None:
    model = random_walk()
    with pytest.raises(ConfigError, match="tolerance is nan"):
        kalman.fit(model, NILE, "process_noise", tolerance=float("nan"))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="must be 'em' or 'gradient'"):
        kalman.structural(NILE).fit(NILE, method="newton")  # type: ignore[arg-type]
    with pytest.raises(NumericalError, match="no maximum"):
        kalman.fit(model, [5.0, 5.0, 5.0], ["observation_noise", "process_noise", "initial_mean"])
    with pytest.raises(ShapeError, match=r"must be \[T, 1\]"):
        kalman.filter(model, np.zeros((2, 2, 2, 2)))
    with pytest.raises(ShapeError):
        kalman.filter(model, np.zeros((4, 2)))
    with pytest.raises(ConfigError, match="no parameter that can be learned"):
        kalman.fit(model, NILE, ["noise"])  # type: ignore[list-item]
    with pytest.raises(ConfigError, match="must be 'em' or 'gradient'"):
        kalman.fit(model, NILE, ["process_noise"], method="newton")  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        kalman.filter(random_walk(observation_noise=[[-1.0]]), NILE)


def test_needs_none_of_libtorch() -> None:
    package = Path(vrkn.__file__).parents[1]
    code = "import sys; from vrkn import kalman; print('vrkn._core' in sys.modules, 'torch' in open('/proc/self/maps').read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/", env={"PYTHONPATH": str(package)})
    assert done.stdout.split() == ["False", "False"]


def test_smooths_as_dynamax_does() -> None:
    inference = pytest.importorskip("dynamax.linear_gaussian_ssm.inference")
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    random = np.random.default_rng(8)
    turn = np.array([[np.cos(0.3), -np.sin(0.3), 0.0], [np.sin(0.3), np.cos(0.3), 0.0], [0.0, 0.0, 0.5]])
    model = kalman.Model(
        transition=0.95 * turn, process_noise=np.diag([0.1, 0.2, 0.3]), emission=random.normal(size=(2, 3)),
        observation_noise=[[0.5, 0.1], [0.1, 0.4]], initial_mean=random.normal(size=3), initial_covariance=np.eye(3),
        state_offset=[0.1, 0.0, -0.1], emission_offset=[1.0, -1.0],
    )  # fmt: skip
    _, observations = kalman.sample(model, 60, seed=3)
    parameters = inference.ParamsLGSSM(
        initial=inference.ParamsLGSSMInitial(model.initial_mean, model.initial_covariance),
        dynamics=inference.ParamsLGSSMDynamics(
            model.transition, np.array(model.state_offset), np.zeros((3, 0)), model.process_noise
        ),
        emissions=inference.ParamsLGSSMEmissions(
            model.emission, np.array(model.emission_offset), np.zeros((2, 0)), np.array(model.observation_noise)
        ),
    )
    theirs = inference.lgssm_smoother(jax.tree.map(jax.numpy.asarray, parameters), jax.numpy.asarray(observations))
    ours = kalman.smooth(model, observations)
    np.testing.assert_allclose(ours.mean, theirs.smoothed_means, atol=1e-8)
    np.testing.assert_allclose(ours.covariance, theirs.smoothed_covariances, atol=1e-8)
    assert float(ours.log_likelihood) == pytest.approx(float(theirs.marginal_loglik), rel=1e-9)
