"""How far a number may move when its window moves by a little and nothing has changed."""

from dataclasses import dataclass

import numpy as np

from analytics.statistics.correlation import Correlation
from analytics.statistics.estimate import Estimate
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness


@dataclass(frozen=True, slots=True)
class Shift:
    """A number over two windows that overlap.

    Attributes
    ----------
    errors
        The difference in standard errors of its own; negative for a fall.
    """

    before: Estimate
    now: Estimate
    errors: float


def correlation_shift(before: Correlation, now: Correlation, *, moved: int) -> Shift:
    """Correlation of a window and of the same window ``moved`` bars later.

    Notes
    -----
    Both are means of one influence function, and the bars that they share cancel: their difference
    is (sum over the bars that came - sum over the bars that went) / W, whose standard error on
    Fisher's scale is sigma_z sqrt(2 moved) / W. Taken for independent, they would seem to differ
    by sqrt(W / moved) times as much.

    """
    error = before.sigma_z * overlap_error(now.n_observations, moved=moved)
    return Shift(
        Estimate.of(before),
        Estimate.of(now),
        float(np.arctanh(now.value) - np.arctanh(before.value)) / error,
    )


def effectiveness_shift(
    before: OutOfSampleEffectiveness, now: OutOfSampleEffectiveness, *, moved: int
) -> Shift | None:
    """Variance removed on unseen days, likewise on the log scale; None where a hedge leaves none."""
    if max(before.value, now.value) >= 1:
        return None
    squares = [np.square(x - x.mean()) for x in (before.hedged, before.unhedged)]
    hedged, unhedged = (x / x.mean() for x in squares)
    deviation = np.sqrt(ewc_variance(hedged - unhedged).variance)
    error = float(deviation) * overlap_error(len(now.hedged), moved=moved)
    return Shift(
        Estimate.of(before),
        Estimate.of(now),
        float(np.log1p(-before.value) - np.log1p(-now.value)) / error,
    )


def overlap_error(width: int, *, moved: int) -> float:
    """Standard error of the difference of two means over ``width`` bars, ``moved`` bars apart.

    In units of the square root of the long-run variance.
    """
    return float(np.sqrt(2 * min(moved, width))) / width
