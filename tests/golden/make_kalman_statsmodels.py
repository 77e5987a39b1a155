"""Writes kalman_statsmodels.txt: what statsmodels says of linear-Gaussian models with an exact diffuse start.

Usage: python3 make_kalman_statsmodels.py, in this folder. Needs statsmodels; the version is in README.md. Each line of
the file is a name, the number of values, and the values, row after row, with all their digits.
"""

import warnings

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize

warnings.simplefilter("ignore")
lines = []


def write(name, values):
    values = np.asarray(values, dtype=float).ravel()
    lines.append(" ".join([name, str(len(values))] + ["nan" if np.isnan(v) else repr(float(v)) for v in values]))


def write_smoothed(name, result):
    """Means [T, Z], covariances of every third step [., Z, Z], log densities [T], and their sum."""
    write(name + ".smoothed_mean", result.smoothed_state.T)
    write(name + ".smoothed_covariance", result.smoothed_state_cov.transpose(2, 0, 1)[::3])
    write(name + ".log_density", result.llf_obs)
    write(name + ".log_likelihood", [np.sum(result.llf_obs)])
    write(name + ".diffuse_steps", [result.nobs_diffuse])


def maximum(model, start):
    """The maximum of the likelihood, found to rounding: variances by their logarithms, from several starts."""
    is_var = np.array(["sigma2" in name for name in model.param_names])

    def parameters(x):
        return np.where(is_var, np.exp(np.clip(x, -60, 60)), x)

    def minus(x):
        value = -model.loglike(parameters(x))
        return value if np.isfinite(value) else 1e10

    best = np.where(is_var, np.log(np.where(is_var, start, 1)), start)
    for _ in range(3):
        best = minimize(minus, best, method="Nelder-Mead",
                        options={"xatol": 1e-12, "fatol": 1e-14, "maxiter": 20000, "maxfev": 20000}).x
    return parameters(best)


# The flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3: R's data set `Nile`.
nile = sm.datasets.nile.load_pandas().data["volume"].to_numpy(float)
write("nile.data", nile)
model = sm.tsa.UnobservedComponents(nile, "llevel", use_exact_diffuse=True)
params = maximum(model, [15000.0, 1500.0])  # observation, level
write("nile.params", params)
result = model.smooth(params, cov_type="approx")
write("nile.standard_errors", result.bse)
write_smoothed("nile", model.ssm.smooth())

# A trend and a season of four with gaps at the start and in the middle.
rng = np.random.RandomState(1)
series = 10 + 0.3 * np.arange(48) + np.tile([2.0, -1.0, 0.5, -1.5], 12) + rng.normal(size=48)
series[[0, 1, 20, 21, 22, 30]] = np.nan
write("seasonal.data", series)
model = sm.tsa.UnobservedComponents(series, "lltrend", seasonal=4, use_exact_diffuse=True)
params = np.array([0.7, 0.2, 0.05, 0.1])  # irregular, level, trend, seasonal
model.update(params)
write_smoothed("seasonal", model.ssm.smooth())

# Two observations of one trend, with correlated noise and gaps of their own.
walk = np.cumsum(0.5 + np.cumsum(0.2 * rng.normal(size=25)))
pair = np.stack([walk + rng.normal(size=25), -0.5 * walk + 3 + rng.normal(size=25)], axis=1)
pair[0, 0] = pair[1] = pair[12, 1] = np.nan
write("pair.data", pair)
vector = sm.tsa.statespace.MLEModel(pair, k_states=2)
vector["design"] = np.array([[1.0, 0.0], [-0.5, 0.3]])
vector["obs_intercept"] = np.array([[0.0], [3.0]])
vector["obs_cov"] = np.array([[1.0, 0.4], [0.4, 0.8]])
vector["transition"] = np.array([[1.0, 1.0], [0.0, 1.0]])
vector["selection"] = np.eye(2)
vector["state_cov"] = np.diag([0.3, 0.04])
vector.ssm.initialize_diffuse()
write_smoothed("pair", vector.ssm.smooth())

# Whole fits of structural models.
cases = {
    "trend_seasonal": (dict(level="lltrend", seasonal=4), [1.0, 0.1, 0.04, 0.1]),
    "level_autoregressive": (dict(level="llevel", autoregressive=2), [0.3, 0.1, 1.0, 1.0, -0.4]),
    "level_trigonometric": (dict(level="llevel", freq_seasonal=[{"period": 5}]), [1.0, 0.1, 0.01]),
}
t = np.arange(120)
level = 20 + np.cumsum(0.3 * rng.normal(size=120))
autoregressive = np.zeros(300)
for i in range(2, 300):
    autoregressive[i] = 1.1 * autoregressive[i - 1] - 0.5 * autoregressive[i - 2] + rng.normal()
season = np.zeros(130)
season[:3] = [3.0, -1.0, -4.0]
for i in range(3, 130):
    season[i] = -season[i - 3:i].sum() + 0.4 * rng.normal()
data = {
    "trend_seasonal": level + np.cumsum(np.cumsum(0.2 * rng.normal(size=120))) + season[:120] + rng.normal(size=120),
    "level_autoregressive": np.concatenate([level, level[-1] + np.cumsum(0.3 * rng.normal(size=180))]) +
                            autoregressive + 0.5 * rng.normal(size=300),
    "level_trigonometric": level + (2 + np.cumsum(0.2 * rng.normal(size=120))) * np.cos(2 * np.pi * t / 5) + rng.normal(size=120),
}
for name, (components, start) in cases.items():
    model = sm.tsa.UnobservedComponents(data[name], use_exact_diffuse=True, **components)
    params = maximum(model, np.array(start))
    result = model.smooth(params, cov_type="approx")
    print(name, model.param_names, params, result.llf, result.bse)
    write(name + ".data", data[name])
    write(name + ".params", params)
    write(name + ".standard_errors", result.bse)
    write(name + ".log_likelihood", [result.llf])

with open("kalman_statsmodels.txt", "w") as file:
    file.write("\n".join(lines) + "\n")
