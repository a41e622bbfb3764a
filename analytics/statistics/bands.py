"""How far the newest window lies from the past before it, and how far it may without a change."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.statistics.correlation import Correlation, correlation
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.samples import FloatArray, checked_pair, checked_series

BAND_WIDTH = 2.6
"""Half-width of a band in standard errors: a standing question looks at it many times a year."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A window beside its baseline.

    Attributes
    ----------
    band
        Where the window's value stays unless something has changed; ``level`` is that of one look.
    sigmas
        Distance of the window from the baseline in standard errors of the difference, on the scale
        that makes both nearly normal; negative below it.
    """

    now: Estimate
    baseline: Estimate
    band: Interval
    sigmas: float

    @property
    def is_outside(self) -> bool:
        """Whether the window has left the band."""
        return self.now.value not in self.band


def correlation_departure(
    x: FloatArray, y: FloatArray, *, width: int, k: float = BAND_WIDTH, level: float = 0.95
) -> Departure:
    """Correlation of the last ``width`` bars beside that of all bars before them.

    Parameters
    ----------
    x, y
        Returns, shape (B + W,), finite, in order of time.
    width
        W, the bars of the window; B and W are at least 30.
    k
        Half-width of the band in standard errors.

    Raises
    ------
    ShortHistoryError, UndefinedError
        As ``correlation``, for either part.

    Notes
    -----
    The band is tanh(atanh r₀ ± k σ_z √(1/W + 1/B)), σ_z = √LRV(ψ) / (1 - r₀²): both parts err,
    and the baseline, being longer, says by how much. ψ is the influence of a bar on the
    correlation, its long-run variance that of Lazarus, Lewis, Stock and Watson (2018).

    """
    x, y = checked_pair(x, y)
    baseline = correlation(x[:-width], y[:-width], level=level)
    return departure(baseline, correlation(x[-width:], y[-width:], level=level), k=k)


def effectiveness_departure(
    held: FloatArray, hedge: FloatArray, *, width: int, k: float = BAND_WIDTH, level: float = 0.95
) -> Departure:
    """Share of variance that the best ratio removes, r² on its own sample; as the correlation.

    It falls where the correlation comes nearer to 0, from either side.
    """
    found = correlation_departure(held, hedge, width=width, k=k, level=level)
    sign = -1.0 if found.baseline.value < 0 else 1.0
    return Departure(
        now=found.now.squared,
        baseline=found.baseline.squared,
        band=found.band.squared,
        sigmas=sign * found.sigmas,
    )


def hedge_ratio_departure(
    held: FloatArray, hedge: FloatArray, *, width: int, k: float = BAND_WIDTH, level: float = 0.95
) -> Departure:
    """Minimum-variance ratio of the last ``width`` bars beside that of all bars before them.

    Shapes and errors as ``correlation_departure``.

    Notes
    -----
    h₀ ± k se₀ √(B/W + 1): se₀, the baseline's standard error, shrinks with the root of the bars.

    """
    held, hedge = checked_pair(held, hedge)
    baseline = hedge_ratio(held[:-width], hedge[:-width], level=level)
    now = hedge_ratio(held[-width:], hedge[-width:], level=level)
    error = baseline.standard_error * float(np.sqrt(baseline.n_observations / width + 1))
    low, high = baseline.value - k * error, baseline.value + k * error
    return Departure(
        now=Estimate.of(now),
        baseline=Estimate.of(baseline),
        band=Interval(low, high, level_of_one_look(k)),
        sigmas=(now.value - baseline.value) / error,
    )


def group_departure(
    returns: FloatArray,
    measured: Callable[..., Correlation],
    *,
    width: int,
    k: float = BAND_WIDTH,
    level: float = 0.95,
) -> Departure:
    """A measure of several columns, such as ``mean_correlation``, as ``correlation_departure``."""
    returns = checked_series(returns)
    baseline = measured(returns[:-width], level=level)
    return departure(baseline, measured(returns[-width:], level=level), k=k)


def departure(baseline: Correlation, now: Correlation, *, k: float = BAND_WIDTH) -> Departure:
    """One measure on Fisher's scale beside the same one of a stretch that it does not overlap."""
    error = float(np.sqrt(baseline.sigma_z**2 / now.n_observations + 1 / baseline.effective_n))
    z = float(np.arctanh(baseline.value))
    low, high = np.tanh([z - k * error, z + k * error]).tolist()
    return Departure(
        now=Estimate.of(now),
        baseline=Estimate.of(baseline),
        band=Interval(low, high, level_of_one_look(k)),
        sigmas=(float(np.arctanh(now.value)) - z) / error,
    )


def level_of_one_look(k: float) -> float:
    """Share of single looks inside ``k`` standard errors while nothing changes: 0.991 at 2.6."""
    return float(special.erf(k / np.sqrt(2)))
