"""The same quantities by other means: summed one by one, or by scipy."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from analytics.statistics.samples import FloatArray


def cosine_variance(u: FloatArray, nu: int | None = None) -> tuple[float, int]:
    """Long-run variance by direct summation of each cosine."""
    t = len(u)
    nu = nu or round(0.4 * t ** (2 / 3))
    bars = np.arange(1, t + 1)
    total = 0.0
    for j in range(1, nu + 1):
        total += 2 / t * float(np.sum(u * np.cos(np.pi * j * (bars - 0.5) / t))) ** 2
    return total / nu, nu


def correlation_interval(
    x: FloatArray, y: FloatArray, level: float = 0.95
) -> tuple[float, float, float]:
    """The interval from the textbook form of the influence function."""
    z1, z2 = stats.zscore(x), stats.zscore(y)
    rho = stats.pearsonr(x, y).statistic
    psi = z1 * z2 - rho / 2 * (z1**2 + z2**2)
    lrv, nu = cosine_variance(psi)
    reach = stats.t(nu).ppf(0.5 + level / 2) * np.sqrt(lrv / len(x)) / (1 - rho**2)
    return np.tanh(np.arctanh(rho) - reach), np.tanh(np.arctanh(rho) + reach), lrv


def hedge_ratio_interval(
    s: FloatArray, f: FloatArray, level: float = 0.95
) -> tuple[Any, float, float]:
    """Least squares by statsmodels, its scores summed by cosines."""
    import statsmodels.api as sm

    fit = sm.OLS(s, sm.add_constant(f)).fit()
    centred = f - f.mean()
    lrv, nu = cosine_variance(centred * fit.resid)
    error = np.sqrt(len(s) * lrv) / np.sum(centred**2)
    reach = stats.t(nu).ppf(0.5 + level / 2) * error
    return fit, fit.params[1] - reach, fit.params[1] + reach


def effectiveness_interval(
    u: FloatArray, e: FloatArray, level: float = 0.95
) -> tuple[float, float]:
    """The interval of the log variance ratio."""
    psi = (e - e.mean()) ** 2 / e.var() - (u - u.mean()) ** 2 / u.var()
    lrv, nu = cosine_variance(psi)
    reach = stats.t(nu).ppf(0.5 + level / 2) * np.sqrt(lrv / len(u))
    log_ratio = np.log(e.var() / u.var())
    return 1 - np.exp(log_ratio + reach), 1 - np.exp(log_ratio - reach)


def stationary_bootstrap(
    statistic: Callable[[FloatArray, FloatArray], float],
    x: FloatArray,
    y: FloatArray,
    *,
    block: int,
    repeats: int,
    seed: int,
) -> FloatArray:
    """Values of a statistic on resamples in blocks of random length (Politis and Romano 1994)."""
    random = np.random.default_rng(seed)
    t = len(x)
    values = []
    for _ in range(repeats):
        jumps = random.random(t) < 1 / block
        jumps[0] = True
        block_number = np.cumsum(jumps) - 1
        since_jump = np.arange(t) - np.flatnonzero(jumps)[block_number]
        at = (random.integers(0, t, jumps.sum())[block_number] + since_jump) % t
        values.append(statistic(x[at], y[at]))
    return np.array(values)
