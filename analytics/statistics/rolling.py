"""Correlation over a window that moves, and where it should stay if nothing changes."""

from dataclasses import dataclass

import numpy as np

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import Correlation
from analytics.statistics.samples import FloatArray, checked_pair, moving

# Differences of cumulated sums carry rounding in proportion to the whole sample; windows that
# hold less than this share of its variance per bar are summed anew.
_QUIET = 1e-3
_NARROWEST = 3


@dataclass(frozen=True, slots=True)
class Band:
    """Where a rolling correlation stays while nothing changes."""

    low: float
    high: float
    centre: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def rolling_correlation(x: FloatArray, y: FloatArray, width: int) -> FloatArray:
    """Pearson's correlation over each run of ``width`` bars.

    Returns
    -------
    Shape (T - width + 1,), oldest first; the value at i is over bars i ... i + width - 1. NaN where
    a series does not move within the window: undefined there, a gap in a chart.

    Raises
    ------
    ShortHistoryError
        Fewer bars than ``width``.
    UndefinedError
        Values that are not finite, or a series that never moves at all.

    """
    if width < _NARROWEST:
        raise ValueError(f"a rolling correlation needs at least {_NARROWEST} bars, got {width}")
    if len(x) < width:
        raise ShortHistoryError(len(x), minimum=width)
    x, y = checked_pair(x, y, minimum=width)
    z1, z2 = _standardised(x), _standardised(y)
    covariance, var_x, var_y = (
        _rolling_covariance(a, b, width) for a, b in ((z1, z2), (z1, z1), (z2, z2))
    )
    _sum_quiet_windows(x, y, covariance, var_x, var_y)
    defined = (var_x > 0) & (var_y > 0)
    result = np.full(len(covariance), np.nan)
    scale = np.sqrt(var_x[defined]) * np.sqrt(var_y[defined])
    result[defined] = np.clip(covariance[defined] / scale, -1.0, 1.0)
    return result


def stability_band(baseline: Correlation, *, width: int, k: float = 2.6) -> Band:
    """Where the correlation of the ``width`` bars that follow the baseline should stay.

    Parameters
    ----------
    baseline
        Over the B bars that end where the first watched window begins.
    k
        Half-width in standard errors. Wider than 1.96 because a standing question looks at the
        band many times a year.

    Notes
    -----
    tanh(atanh r ± k sigma_z sqrt(1/W + 1/B)): the window and the baseline both err, the baseline
    by sigma_z² / B = 1 / effective_n.

    """
    if width < 1:
        raise ValueError(f"a window has at least one bar, got {width}")
    z = np.arctanh(baseline.value)
    reach = k * np.sqrt(baseline.sigma_z**2 / width + 1 / baseline.effective_n)
    return Band(float(np.tanh(z - reach)), float(np.tanh(z + reach)), baseline.value)


def _standardised(x: FloatArray) -> FloatArray:
    centred = x - x.mean()
    return np.asarray(centred / np.sqrt(np.mean(np.square(centred))))


def _rolling_covariance(x: FloatArray, y: FloatArray, width: int) -> FloatArray:
    mean_product = _rolling_sum(x * y, width) / width
    return mean_product - _rolling_sum(x, width) * _rolling_sum(y, width) / width**2


def _rolling_sum(x: FloatArray, width: int) -> FloatArray:
    cumulated = np.concatenate(([0.0], np.cumsum(x)))
    return cumulated[width:] - cumulated[:-width]


def _sum_quiet_windows(
    x: FloatArray, y: FloatArray, covariance: FloatArray, var_x: FloatArray, var_y: FloatArray
) -> None:
    """Replace, in place, what cancellation may have spoiled; 0 where nothing moves."""
    width = len(x) - len(covariance) + 1
    for start in np.flatnonzero(np.minimum(var_x, var_y) < _QUIET):
        window = slice(start, start + width)
        a, b = (w - w.mean() if moving(w) else np.zeros(width) for w in (x[window], y[window]))
        covariance[start], var_x[start], var_y[start] = a @ b, a @ a, b @ b
