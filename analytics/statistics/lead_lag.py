"""At which delay one price repeats the other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.statistics.correlation import correlation
from analytics.statistics.estimate import Estimate
from analytics.statistics.samples import FloatArray

FARTHEST = 10
"""Bars of delay that are looked at on each side."""


@dataclass(frozen=True, slots=True, eq=False)
class LeadLag:
    """Correlation of the first market's returns with later (or earlier) ones of the second.

    Attributes
    ----------
    lags
        Shape (21,): bars by which the second market is late; negative where it is early.
    correlations
        Shape (21,).
    lag
        The delay at which the correlation is highest.
    strongest
        The correlation at that delay.
    """

    lags: npt.NDArray[np.int64]
    correlations: FloatArray
    lag: int
    strongest: Estimate


def lead_lag(
    steps: FloatArray, *, consecutive: npt.NDArray[np.bool_] | None = None, level: float = 0.95
) -> LeadLag:
    """Cross-correlate two return series of shape (T, 2), gaps left out.

    The interval at the highest correlation takes no account of its having been sought.
    """
    known = np.ones(len(steps), bool) if consecutive is None else consecutive
    lags = np.arange(-FARTHEST, FARTHEST + 1)
    values = np.array([_raw(*_shifted(steps, known, int(lag))) for lag in lags])
    best = int(lags[np.argmax(values)])
    return LeadLag(
        lags=lags,
        correlations=values,
        lag=best,
        strongest=_estimate(*_shifted(steps, known, best), level),
    )


def _shifted(
    steps: FloatArray, known: npt.NDArray[np.bool_], lag: int
) -> tuple[FloatArray, FloatArray]:
    """Returns of the first market and those of the second ``lag`` bars later."""
    n = len(steps) - abs(lag)
    first, second = max(0, -lag), max(0, lag)
    both = known[first : first + n] & known[second : second + n]
    return steps[first : first + n, 0][both], steps[second : second + n, 1][both]


def _raw(x: FloatArray, y: FloatArray) -> float:
    return float(np.corrcoef(x, y)[0, 1])


def _estimate(x: FloatArray, y: FloatArray, level: float) -> Estimate:
    return Estimate.of(correlation(x, y, level=level))
