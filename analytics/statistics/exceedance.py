"""Correlation of only those bars in which both fell, or both rose, far enough."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.influence import ConstantSeriesError, standardised
from analytics.statistics.long_run_variance import bartlett_variance, ewc_variance

FloatArray = npt.NDArray[np.float64]

FEWEST = 25
"""Fewer joint bars than this say nothing."""

_PERFECT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Exceedance:
    """The correlation inside a set of bars.

    Attributes
    ----------
    n
        Number of bars in the set.
    influence
        Shape (T,), influence of every bar, 0 outside the set; ``var(correlation) = LRV / T``.
    """

    correlation: float
    n: int
    influence: FloatArray

    def estimate(self, *, level: float = 0.95) -> Estimate:
        """The correlation with its interval, on Fisher's z scale."""
        error = standard_error(self.influence, level=level) / (1 - self.correlation**2)
        z = math.atanh(self.correlation)
        interval = Interval(math.tanh(z - error), math.tanh(z + error), level)
        return Estimate(self.correlation, interval)


def downside(x: FloatArray, y: FloatArray, *, threshold: float = 0.0) -> Exceedance | None:
    """Correlation given that both lie more than ``threshold`` deviations below their means.

    None if fewer than 25 bars do, or if they do not vary, or lie on one line.
    """
    return _exceedance(x, y, (standardised(x) < -threshold) & (standardised(y) < -threshold))


def upside(x: FloatArray, y: FloatArray, *, threshold: float = 0.0) -> Exceedance | None:
    """As ``downside``, for both above."""
    return downside(-x, -y, threshold=threshold)


def asymmetry_p_value(
    x: FloatArray, y: FloatArray, *, thresholds: tuple[float, ...] = (0.0,)
) -> float | None:
    """Probability of a larger difference between up- and downside if there were none.

    Thresholds without enough bars on both sides are left out; None if none is left.

    Notes
    -----
    After Hong, Tu and Zhou (2007), Review of Financial Studies 20, 1547-1581, with the influence
    of the means and deviations estimated inside each set: without it the test hardly ever rejects
    when the correlation is high.

    """
    both = [(upside(x, y, threshold=c), downside(x, y, threshold=c)) for c in thresholds]
    pairs = [(up, down) for up, down in both if up is not None and down is not None]
    if not pairs:
        return None
    gap = np.array([up.correlation - down.correlation for up, down in pairs])
    influence = np.array([up.influence - down.influence for up, down in pairs])
    covariance = _bartlett_covariance(influence)
    statistic = len(x) * float(gap @ np.linalg.lstsq(covariance, gap)[0])
    return float(special.chdtrc(len(pairs), statistic))


def standard_error(influence: FloatArray, *, level: float) -> float:
    """Half-width of the interval of the mean whose influence this is."""
    variance = ewc_variance(influence)
    return variance.critical_value(level) * math.sqrt(variance.variance / len(influence))


def _exceedance(x: FloatArray, y: FloatArray, chosen: npt.NDArray[np.bool_]) -> Exceedance | None:
    n = int(chosen.sum())
    if n < FEWEST:
        return None
    try:
        a, b = standardised(x[chosen]), standardised(y[chosen])
    except ConstantSeriesError:
        return None
    correlation = float(a @ b) / n
    without = _correlation_without_each(a, b)
    if without is None or 1 - abs(correlation) < _PERFECT:
        return None
    moved = (n - 1) * (math.atanh(correlation) - np.arctanh(without)) * (1 - correlation**2)
    influence = np.zeros(len(x))
    influence[chosen] = (moved - moved.mean()) * len(x) / n
    return Exceedance(correlation, n, influence)


def _correlation_without_each(a: FloatArray, b: FloatArray) -> FloatArray | None:
    """Correlation when each bar in turn is left out; None if one bar decides everything.

    The influence comes from these (the jackknife of Efron and Stein 1981, Annals of Statistics 9,
    586-596) because sell-offs are few and fat-tailed: the derivative alone is too confident.
    """
    n, rest = len(a), len(a) - 1
    var_a = (n - a * a) / rest - (a / rest) ** 2
    var_b = (n - b * b) / rest - (b / rest) ** 2
    product = (float(a @ b) - a * b) / rest - a * b / rest**2
    if min(var_a.min(), var_b.min()) < _PERFECT:
        return None
    without = product / np.sqrt(var_a * var_b)
    return None if np.abs(without).max() > 1 - _PERFECT else np.asarray(without)


def _bartlett_covariance(influence: FloatArray) -> FloatArray:
    """Long-run covariance of the rows, by polarisation of the variance."""
    m, t = influence.shape
    lags = int(math.log(t))

    def variance(row: FloatArray) -> float:
        return bartlett_variance(row, lags=lags)

    return np.array(
        [
            [
                (variance(influence[i] + influence[j]) - variance(influence[i] - influence[j])) / 4
                for j in range(m)
            ]
            for i in range(m)
        ]
    )
