"""Linear-Gaussian state space models on NumPy arrays: filter, smooth, sample, and fit, with missing values.

    z_0 ~ N(initial_mean, initial_covariance)
    z_t = transition z_{t-1} + state_control u_t + state_offset + N(0, process_noise)
    o_t = emission z_t + emission_control u_t + emission_offset + N(0, observation_noise)

    fit = kalman.structural(flow).fit(flow)                  # a local level, by maximum likelihood
    level = kalman.smooth(fit.model, flow).mean[:, 0]
    errors = fit.standard_errors()

Observations are [T] (of one component), [T, O], or [N, T, O] for several sequences; NaN: not observed. Results have the
axis N where the observations do. Nothing here needs LibTorch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrkn import _kalman
from vrkn.errors import ConfigError, ShapeError

Array = NDArray[np.float64]
Parameter = Literal[
    "initial_mean", "initial_covariance", "transition", "state_offset", "process_noise", "emission", "emission_offset",
    "observation_noise",
]  # fmt: skip
CovarianceForm = Literal["full", "diagonal", "spherical"]

_PARAMETERS = Parameter.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False)
class Model:
    """The parameters. Sizes: state Z, observation O, control U. Those of the steps may be one for all, or have a first
    axis of T: entry t leads into step t. Raises ShapeError and ConfigError where it is used."""

    transition: ArrayLike  #: [Z, Z]
    process_noise: ArrayLike  #: [Z, Z], a covariance, which may be semidefinite
    emission: ArrayLike  #: [O, Z]
    observation_noise: ArrayLike  #: [O, O], a covariance
    initial_mean: ArrayLike  #: [Z]
    initial_covariance: ArrayLike  #: [Z, Z], may be semidefinite
    initial_diffuse: ArrayLike | None = None  #: [Z, Z]: the start has this covariance, infinitely often, besides
    state_offset: ArrayLike | None = None  #: [Z]
    emission_offset: ArrayLike | None = None  #: [O]
    state_control: ArrayLike | None = None  #: [Z, U]
    emission_control: ArrayLike | None = None  #: [O, U]

    def _arrays(self) -> dict[str, Array]:
        members = {member.name: getattr(self, member.name) for member in fields(self)}
        return {name: _contiguous(value) for name, value in members.items() if value is not None}

    @property
    def observation_size(self) -> int:
        return int(np.shape(self.emission)[-2])


@dataclass(frozen=True, eq=False)
class Filtered:
    """What the filter finds out about every step."""

    mean: Array  #: of p(z_t | o_{<=t}) [T, Z]
    covariance: Array  #: [T, Z, Z]
    predicted_mean: Array  #: of p(z_t | o_{<t}) [T, Z]
    predicted_covariance: Array  #: [T, Z, Z]
    innovation: Array  #: what was observed less what was predicted [T, O]; NaN where missing
    log_density: Array  #: log p(o_t | o_{<t}) [T]
    log_likelihood: Array  #: log p(o) [], or [N]
    diffuse_steps: int  #: steps at which something of the start is still unknown: covariances leave that part out


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Beliefs given all observations."""

    mean: Array  #: of p(z_t | o) [T, Z]
    covariance: Array  #: [T, Z, Z]
    backward_gain: Array  #: J_t [T-1, Z, Z]: z_t | z_{t+1}, o ~ N(mean_t + J_t (z_{t+1} - mean_{t+1}), V_t)
    backward_covariance: Array  #: V_t [T-1, Z, Z]
    log_likelihood: Array  #: [], or [N]


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of a fit by maximum likelihood."""

    model: Model
    log_likelihoods: Array  #: at the start, then after every iteration
    converged: bool  #: False: it stopped at max_iterations
    _learned: Mapping[str, Any] = field(repr=False)
    _data: tuple[Array, Array | None] = field(repr=False)

    @property
    def log_likelihood(self) -> float:
        return float(self.log_likelihoods[-1])

    def standard_errors(self) -> dict[str, Array]:
        """Of the learned parameters, from the observed information: arrays of the parameters' shapes, 0 for elements that
        were held fixed. Raises NumericalError where the likelihood is flat in some direction."""
        found = _kalman.standard_errors(self.model._arrays(), dict(self._learned), *self._data)
        return {name: value for name, value in found.items() if value is not None}


def filter(model: Model, observations: ArrayLike, controls: ArrayLike | None = None) -> Filtered:
    """The Kalman filter, for all sequences."""
    data, alone, flat = _sequences(model, observations, controls)
    found = _kalman.filter(model._arrays(), *data)
    steps = found.pop("diffuse_steps")
    result = {name: _one(_each(value, data), alone) for name, value in found.items()}
    result["log_density"] = result["log_density"][..., 0]
    if flat:
        result["innovation"] = result["innovation"][..., 0]
    return Filtered(**result, diffuse_steps=steps)


def smooth(model: Model, observations: ArrayLike, controls: ArrayLike | None = None) -> Smoothed:
    """The Rauch-Tung-Striebel smoother, for all sequences."""
    data, alone, _ = _sequences(model, observations, controls)
    found = _kalman.smooth(model._arrays(), *data)
    return Smoothed(**{name: _one(_each(value, data), alone) for name, value in found.items()})


def log_likelihood(model: Model, observations: ArrayLike, controls: ArrayLike | None = None) -> Array:
    """log p(o) [], or [N]; missing values are integrated out. Of a diffuse start: the limit without log kappa, with the
    constant -1/2 log(2 pi) of every observation."""
    data, alone, _ = _sequences(model, observations, controls)
    return _one(_kalman.log_likelihood(model._arrays(), *data), alone)


def sample(
    model: Model, steps: int, sequences: int | None = None, seed: int = 0, controls: ArrayLike | None = None
) -> tuple[Array, Array]:
    """Draws (states [T, Z], observations [T, O]); with `sequences` both have a first axis N."""
    count = 1 if sequences is None else sequences
    pushes = None if controls is None else _contiguous(controls)
    if pushes is not None and pushes.ndim == 2:
        pushes = np.broadcast_to(pushes, (count, *pushes.shape)).copy()
    drawn = _kalman.sample(model._arrays(), count, steps, seed, pushes)
    states, observations = (_one(array, sequences is None) for array in drawn)
    return states, observations


def sample_posterior(model: Model, observations: ArrayLike, seed: int = 0, controls: ArrayLike | None = None) -> Array:
    """Draws one path of states from p(z | o): [T, Z]."""
    data, alone, _ = _sequences(model, observations, controls)
    return _one(_kalman.sample_posterior(model._arrays(), *data, seed), alone)


def fit(
    start: Model,
    observations: ArrayLike,
    learn: Sequence[Parameter] | Mapping[Parameter, bool | ArrayLike],
    *,
    forms: Mapping[Parameter, CovarianceForm] | None = None,
    method: Literal["em", "gradient"] = "em",
    max_iterations: int = 1000,
    tolerance: float = 1e-6,
    controls: ArrayLike | None = None,
) -> Fit:
    """Maximum likelihood from the parameters of `start`.

    learn: the parameters that may change; of a mapping, True, or an array of booleans that says which elements.
    forms: of learned covariances; "full" where nothing is said.
    method: "em" (expectation maximisation, accelerated) or "gradient" (L-BFGS over the log-likelihood).
    tolerance: how far the parameters may be from the maximum, variances as a share of themselves.
    Raises ConfigError for what cannot be learned, NumericalError where the likelihood has no maximum.
    """
    return _fit(start, observations, _learned(learn, forms or {}), method, max_iterations, tolerance, controls)


@dataclass(frozen=True, eq=False)
class Structural:
    """A structural model of one series: where its fit starts, and what it may change. `structural` makes it."""

    start: Model
    state_names: tuple[str, ...]  #: what the components of the state are
    _learned: Mapping[str, Any]

    def fit(
        self,
        observations: ArrayLike,
        *,
        method: Literal["em", "gradient"] = "gradient",
        max_iterations: int = 1000,
        tolerance: float = 1e-6,
    ) -> Fit:
        """Maximum likelihood of its variances and coefficients. As `kalman.fit`."""
        return _fit(self.start, observations, self._learned, method, max_iterations, tolerance, None)


def structural(
    observations: ArrayLike,
    *,
    level: bool = True,
    trend: bool = False,
    seasonal: int = 0,
    trigonometric: bool = False,
    autoregressive: int = 0,
    level_noise: bool = True,
    trend_noise: bool = True,
    seasonal_noise: bool = True,
) -> Structural:
    """The sum of a level (a random walk), a trend (its slope, a random walk), seasons of a period (as dummies or
    trigonometric), an autoregressive part of an order, and noise. Level, slope and seasons start diffuse; the variances to
    start from follow the observations. `..._noise` False: that part does not change with time."""
    array = _contiguous(observations)
    series = array[np.newaxis, :, np.newaxis] if array.ndim == 1 else array[np.newaxis] if array.ndim == 2 else array
    parameters, learned, names = _kalman.structural(
        series, level, trend, seasonal, trigonometric, autoregressive, level_noise, trend_noise, seasonal_noise
    )
    return Structural(Model(**parameters), tuple(names), learned)


def _fit(
    start: Model,
    observations: ArrayLike,
    learned: Mapping[str, Any],
    method: str,
    max_iterations: int,
    tolerance: float,
    controls: ArrayLike | None,
) -> Fit:
    if method not in ("em", "gradient"):
        raise ConfigError(f"method is {method!r}, but must be 'em' or 'gradient'")
    if not (np.isfinite(tolerance) and tolerance > 0.0):
        raise ConfigError(f"tolerance is {tolerance}, but must be more than 0")
    if max_iterations < 1:
        raise ConfigError(f"max_iterations is {max_iterations}, but must be at least 1")
    (observed, pushes), _, _ = _sequences(start, observations, controls)
    data = (observed.copy(), None if pushes is None else pushes.copy())  # standard errors want them later
    found = _kalman.fit(start._arrays(), dict(learned), *data, method == "gradient", max_iterations, tolerance)
    return Fit(Model(**found["model"]), np.array(found["log_likelihood"]), found["converged"], learned, data)


def _learned(
    learn: Sequence[Parameter] | Mapping[Parameter, bool | ArrayLike], forms: Mapping[Parameter, CovarianceForm]
) -> dict[str, Any]:
    names = [learn] if isinstance(learn, str) else learn
    chosen = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names, True)
    for name in [*chosen, *forms]:
        if name not in _PARAMETERS:
            raise ConfigError(f"'{name}' is no parameter that can be learned; those are {', '.join(_PARAMETERS)}")
    for name, form in forms.items():
        if form not in ("full", "diagonal", "spherical"):
            raise ConfigError(f"the form of {name} is {form!r}, but must be 'full', 'diagonal' or 'spherical'")
    learned = [name for name, what in chosen.items() if np.any(what)]
    elements = {name: np.atleast_2d(np.asarray(what, dtype=bool)) for name, what in chosen.items() if np.ndim(what) > 0}
    for name in ("initial_mean", "state_offset", "emission_offset"):  # columns
        if name in elements:
            elements[name] = elements[name].reshape(-1, 1)
    return {"learned": learned, "elements": elements, "forms": dict(forms)}


def _contiguous(values: ArrayLike) -> Array:
    """As the library takes it; what a masked array hides is missing."""
    if np.iscomplexobj(values):
        raise ConfigError("complex numbers are not allowed")
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    return np.ascontiguousarray(values, dtype=np.float64)


def _sequences(
    model: Model, observations: ArrayLike, controls: ArrayLike | None
) -> tuple[tuple[Array, Array | None], bool, bool]:
    """Observations [N, T, O] and controls [N, T, U]; whether there is no axis N; whether there is no axis O."""
    array = _contiguous(observations)
    flat = array.ndim == 1
    if flat and model.observation_size == 1:
        array = array[:, np.newaxis]
    if array.ndim not in (2, 3):
        raise ShapeError(
            f"the observations have the shape {np.shape(observations)}, but must be [T, {model.observation_size}] or "
            f"[N, T, {model.observation_size}]"
        )
    alone = array.ndim == 2
    pushes = None if controls is None else _contiguous(controls)
    if alone:
        array = array[np.newaxis]
        pushes = None if pushes is None else pushes[np.newaxis]
    return (array, pushes), alone, flat


def _each(values: Array, data: tuple[Array, Array | None]) -> Array:
    """Covariances that all sequences share, for each of them."""
    return np.broadcast_to(values, (len(data[0]), *values.shape[1:])) if values.ndim == 4 else values


def _one(values: Array, alone: bool) -> Array:
    return values[0] if alone else values
