"""Correlation with an interval that survives volatility clustering and heavy tails."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.windows import MIN_BARS
from analytics.statistics.estimate import Interval
from analytics.statistics.long_run_variance import LongRunVariance, ewc_variance
from analytics.statistics.samples import (
    FloatArray,
    UndefinedError,
    checked_level,
    checked_pair,
    checked_series,
)

Measure = Literal["pearson", "spearman", "ewma"]

# Returns from double-precision prices carry relative rounding of 1e-12 or so: two series whose
# correlation is nearer to 1 than this are one series, scaled.
_ONE_SERIES = 1e-12


@dataclass(frozen=True, slots=True)
class Correlation:
    """How two return series move together.

    Attributes
    ----------
    effective_n
        How many independent normal observations would pin the value down as well.
    sigma_z
        Deviation of atanh(value) per square root of a bar: over T bars its standard error is
        ``sigma_z / sqrt(T)`` (``ewma``: over the 1 / sum of squared weights). 1 for independent
        normal returns.

    """

    value: float
    interval: Interval
    n_observations: int
    effective_n: float
    sigma_z: float
    measure: Measure = "pearson"


@dataclass(frozen=True, slots=True)
class PairCorrelation:
    """The correlation of two columns."""

    first: int
    second: int
    correlation: Correlation


def correlation(x: FloatArray, y: FloatArray, *, level: float = 0.95) -> Correlation:
    """Pearson's correlation of two return series.

    Parameters
    ----------
    x, y
        Shape (T,), finite, T at least 30; order and scale do not matter.

    Raises
    ------
    ShortHistoryError
        Fewer than 30 observations.
    UndefinedError
        Values that are not finite, a series that never moves, or two series that are one
        (1 - |value| below 1e-12), which leaves nothing to estimate.

    Notes
    -----
    With z-scores z1, z2 the influence function of the correlation r is
    z1 z2 - r (z1² + z2²) / 2. Divided by 1 - r², the derivative of tanh, it becomes
    ½ (s²/mean s² - d²/mean d²) with s = z1 + z2 and d = z1 - z2, and atanh r becomes
    ½ log(mean s² / mean d²): free of cancellation however near r is to 1. The long-run variance
    of that series (equal-weighted cosines, Lazarus, Lewis, Stock and Watson 2018, Journal of
    Business & Economic Statistics 36, 541-559) and Student's t give the interval of atanh r.

    """
    checked_level(level)
    x, y = checked_pair(x, y)
    return _pearson(x, y, level=level, measure="pearson")


def spearman(x: FloatArray, y: FloatArray, *, level: float = 0.95) -> Correlation:
    """Pearson's correlation of the ranks, ties sharing their mean rank; errors as there.

    Notes
    -----
    The interval takes the ranks for data. Over simulated clustered volatility with heavy tails
    it held the truth in 94 % (120 bars) to 95 % (720) of 2,000 samples.

    """
    checked_level(level)
    x, y = checked_pair(x, y)
    return _pearson(_ranks(x), _ranks(y), level=level, measure="spearman")


def ewma_correlation(
    x: FloatArray, y: FloatArray, *, half_life: float, level: float = 0.95
) -> Correlation:
    """Correlation whose weights halve every ``half_life`` bars into the past.

    Raises
    ------
    UndefinedError
        As ``correlation``, or weights that leave fewer than 30 bars' worth of sample.

    Notes
    -----
    With weights w (sum 1) the estimate errs by the sum of w times the influence function, a
    variance of LRV times the sum of w². LRV comes from cosines in the clock of the squared
    weights, τ_t = cumulated w² / sum w², which makes them orthogonal under those weights; each
    is divided by what it expects of white noise after the weighted mean is taken out. The sample
    is worth 1 / sum w² bars, and that number sets how many cosines there are. Equal weights give
    back ``correlation``.

    """
    checked_level(level)
    x, y = checked_pair(x, y)
    weights = _halving_weights(len(x), half_life)
    z, influence = _fisher_z(x, y, weights)
    return _with_interval(
        z,
        _weighted_variance(influence, weights),
        sample_size=1 / float(weights @ weights),
        n_observations=len(x),
        level=level,
        measure="ewma",
    )


def correlation_matrix(returns: FloatArray) -> FloatArray:
    """Pearson's correlation of every pair of columns.

    Parameters
    ----------
    returns
        Shape (T, N), finite.

    Returns
    -------
    Shape (N, N), symmetric, exactly 1 on the diagonal.

    Raises
    ------
    ShortHistoryError, UndefinedError
        As ``correlation``; two equal columns are simply at 1 here.

    """
    if np.ndim(returns) != 2:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"bars in rows and series in columns wanted, got {np.shape(returns)}")
    series = checked_series(returns)
    centred = series - series.mean(axis=0)
    centred /= np.sqrt(np.einsum("ti,ti->i", centred, centred))
    matrix: FloatArray = np.clip(centred.T @ centred, -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def _pearson(x: FloatArray, y: FloatArray, *, level: float, measure: Measure) -> Correlation:
    z, influence = _fisher_z(x, y, np.full(len(x), 1 / len(x)))
    return _with_interval(
        z,
        ewc_variance(influence),
        sample_size=len(x),
        n_observations=len(x),
        level=level,
        measure=measure,
    )


def _fisher_z(x: FloatArray, y: FloatArray, weights: FloatArray) -> tuple[float, FloatArray]:
    """The atanh of the correlation, and its influence function per bar."""
    z1, z2 = _z_scores(x, weights), _z_scores(y, weights)
    together, apart = np.square(z1 + z2), np.square(z1 - z2)
    mean_together, mean_apart = float(weights @ together), float(weights @ apart)
    if min(mean_together, mean_apart) / 2 < _ONE_SERIES:
        raise UndefinedError(
            tr(
                "The two move as one in that window: their correlation is {value} to the last digit, "
                "and an interval around it would say nothing.",
                value="−1" if mean_together < mean_apart else "+1",
            )
        )
    influence = 0.5 * (together / mean_together - apart / mean_apart)
    return 0.5 * float(np.log(mean_together / mean_apart)), influence


def _z_scores(x: FloatArray, weights: FloatArray) -> FloatArray:
    centred = x - weights @ x
    return np.asarray(centred / np.sqrt(weights @ np.square(centred)))


def _with_interval(
    z: float,
    lrv: LongRunVariance,
    *,
    sample_size: float,
    n_observations: int,
    level: float,
    measure: Measure,
) -> Correlation:
    sigma_z = float(np.sqrt(lrv.variance))
    reach = lrv.critical_value(level) * sigma_z / np.sqrt(sample_size)
    return Correlation(
        value=float(np.tanh(z)),
        interval=Interval(float(np.tanh(z - reach)), float(np.tanh(z + reach)), level),
        n_observations=n_observations,
        effective_n=sample_size / lrv.variance,
        sigma_z=sigma_z,
        measure=measure,
    )


def _ranks(x: FloatArray) -> FloatArray:
    _, group, size = np.unique(x, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(size) - (size - 1) / 2
    return np.asarray(mean_rank[group], dtype=np.float64)


def _halving_weights(n: int, half_life: float) -> FloatArray:
    if not half_life > 0:
        raise ValueError(f"a half-life is a positive number of bars, got {half_life}")
    weights = np.exp2(-np.arange(n - 1, -1, -1) / half_life)
    weights /= weights.sum()
    worth = 1 / float(weights @ weights)
    if worth < MIN_BARS:
        raise UndefinedError(
            tr(
                "With a half-life of {half_life} bars only about {int} bars count, I need {min_bars}.",
                half_life=localised(f"{half_life:.3g}"),
                int=int(worth),
                min_bars=MIN_BARS,
            )
        )
    return np.asarray(weights)


def _weighted_variance(influence: FloatArray, weights: FloatArray) -> LongRunVariance:
    squares = np.square(weights)
    clock = (np.cumsum(squares) - squares / 2) / squares.sum()
    nu = max(1, round(0.4 * (1 / squares.sum()) ** (2 / 3)))
    cosines = np.cos(np.pi * np.outer(np.arange(1, nu + 1), clock))
    centred = cosines - (cosines @ weights)[:, None]
    sums = centred @ (weights * influence)
    return LongRunVariance(float(np.mean(np.square(sums) / (np.square(centred) @ squares))), nu)
