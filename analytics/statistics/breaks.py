"""Whether a correlation changed within a window, and when."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.language import tr
from analytics.statistics.influence import ConstantSeriesError, correlation_influence, standardised
from analytics.statistics.long_run_variance import bartlett_variance
from analytics.statistics.samples import UndefinedError, checked_pair

FloatArray = npt.NDArray[np.float64]

TRIMMED = 0.1
"""Share of the bars that the first partial correlation rests on."""
SHORTEST_SIDE = 10
"""Fewer bars than this on one side of a break give no correlation of that side."""

_DECAY = 0.94
_MEMORY = 300
_OPENING = 30
_LEAST_VARIANCE = 0.01
"""Of the average: a market that stood still for a while wakes without an infinite return."""

_PERFECT = 1e-9
_BOUND = 1 - 1e-9
_STILL = 1e-9


class PerfectCorrelationError(UndefinedError):
    """The two series are one line, so that no statement about chance can be made."""

    def __init__(self) -> None:
        super().__init__(tr("The two prices move as one line: there is nothing to test."))


@dataclass(frozen=True, slots=True)
class BreakTest:
    """The outcome of a test for a change of correlation.

    Attributes
    ----------
    statistic
        Largest weighted distance between a partial and the whole correlation.
    p_value
        Probability of a larger statistic if the correlation never changed.
    index
        Number of returns before the likeliest moment of change; meaningful only if significant.
    before, after
        Correlation on either side of it; None where a side is too short or never moves.
    after_adjusted
        ``after`` as it would be had only the volatility of y changed; None as ``after``.
    """

    statistic: float
    p_value: float
    index: int
    before: float | None
    after: float | None
    after_adjusted: float | None
    n_observations: int

    def significant(self, level: float = 0.05) -> bool:
        """Whether a change is established at this level (a fraction)."""
        return self.p_value < level


def break_test(x: FloatArray, y: FloatArray) -> BreakTest:
    """Test of constant correlation against one change at an unknown time.

    Parameters
    ----------
    x, y
        Returns, shape (T,), finite, at least 30, in order of time.

    Raises
    ------
    UndefinedError
        If one of them does not vary or is not finite; ``PerfectCorrelationError`` if they are
        proportional.
    ShortHistoryError
        Below 30 returns.

    Notes
    -----
    Wied, Krämer and Dehling (2012), Econometric Theory 28, 570-589, with three changes that keep
    its size when volatility clusters: returns are divided by their recent volatility, partial
    correlations are compared on Fisher's z scale, and the first tenth of them is not. ``before``
    and ``after`` are of the returns themselves.

    """
    x, y = checked_pair(x, y)
    if 1 - abs(_correlation(x, y)) < _PERFECT:
        raise PerfectCorrelationError
    distance = break_path(devolatilised(x), devolatilised(y))
    index = int(np.argmax(distance)) + 1
    statistic = float(distance[index - 1])
    before, after = _side(x[:index], y[:index]), _side(x[index:], y[index:])
    return BreakTest(
        statistic=statistic,
        p_value=float(special.kolmogorov(statistic)),
        index=index,
        before=before,
        after=after,
        after_adjusted=_adjusted(after, y[:index], y[index:]),
        n_observations=len(x),
    )


def break_path(x: FloatArray, y: FloatArray) -> FloatArray:
    """Weighted distance of each partial correlation from the whole, shape (T,); 0 where trimmed.

    Its largest value is the statistic, whose limit under no change is the largest absolute value
    of a Brownian bridge. Positions are numbers of returns less one.
    """
    t = len(x)
    whole = float(np.clip(_correlation(x, y), -_BOUND, _BOUND))
    partial = np.clip(cumulative_correlation(x, y), -_BOUND, _BOUND)
    weight = np.arange(1, t + 1) / math.sqrt(t) * (1 - whole**2)
    weight[: max(math.ceil(TRIMMED * t), SHORTEST_SIDE) - 1] = 0.0
    variance = bartlett_variance(correlation_influence(x, y), lags=int(math.log(t)))
    distance = weight * np.abs(np.arctanh(partial) - math.atanh(whole)) / math.sqrt(variance)
    return np.asarray(np.nan_to_num(distance))


def cumulative_correlation(x: FloatArray, y: FloatArray) -> FloatArray:
    """Correlation of the first j returns, for j = 1…T; NaN where one has not moved yet."""
    a, b = standardised(x), standardised(y)
    count = np.arange(1, len(a) + 1)
    mean_a, mean_b = np.cumsum(a) / count, np.cumsum(b) / count
    var_a = np.cumsum(a * a) / count - mean_a**2
    var_b = np.cumsum(b * b) / count - mean_b**2
    product = np.cumsum(a * b) / count - mean_a * mean_b
    moved = (var_a > _STILL) & (var_b > _STILL)
    ratio = np.full(len(a), np.nan)
    np.divide(product, np.sqrt(np.where(moved, var_a * var_b, 1.0)), out=ratio, where=moved)
    return np.asarray(np.clip(ratio, -1.0, 1.0))


def devolatilised(x: FloatArray) -> FloatArray:
    """Each return less the mean, over the exponentially weighted volatility of those before it.

    The weights fall by 6 % a bar and start from the first 30 returns. A shared or an own change
    of volatility is no change of correlation, and its bursts no longer outweigh all other bars.
    """
    z = standardised(x)
    square = z**2
    lags = np.arange(min(len(x), _MEMORY))
    past = np.convolve(square, (1 - _DECAY) * _DECAY**lags)[: len(x) - 1]
    variance = square[:_OPENING].mean() * _DECAY ** np.arange(len(x))
    variance[1:] += past
    return np.asarray(z / np.sqrt(np.maximum(variance, _LEAST_VARIANCE)))


def volatility_adjusted_correlation(correlation: float, *, variance_change: float) -> float:
    """Correlation had the driver's variance not changed by this fraction.

    Notes
    -----
    Forbes and Rigobon (2002), Journal of Finance 57, 2223-2261. Right only if nothing but the
    driver's volatility changed, which is contested.

    """
    return correlation / math.sqrt(1 + variance_change * (1 - correlation**2))


def _correlation(x: FloatArray, y: FloatArray) -> float:
    return float(np.clip(standardised(x) @ standardised(y) / len(x), -1.0, 1.0))


def _side(x: FloatArray, y: FloatArray) -> float | None:
    if len(x) < SHORTEST_SIDE:
        return None
    try:
        return _correlation(x, y)
    except ConstantSeriesError:
        return None


def _adjusted(after: float | None, calm: FloatArray, crisis: FloatArray) -> float | None:
    if after is None or not calm.var() > 0:
        return None
    change = float(crisis.var() / calm.var()) - 1
    return volatility_adjusted_correlation(after, variance_change=change)
