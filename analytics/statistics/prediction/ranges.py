"""The range that the next window's correlation or effectiveness probably falls into."""

from dataclasses import dataclass

import numpy as np

from analytics.language import tr
from analytics.market.windows import ShortHistoryError
from analytics.statistics.estimate import Interval
from analytics.statistics.prediction.constants import CORRELATION, LEVELS, REMOVAL, RangeModel
from analytics.statistics.prediction.traits import (
    QUARTERS,
    WINDOWS,
    FloatArray,
    Traits,
    correlation_traits,
    quarters_of,
    removal_traits,
)
from analytics.statistics.samples import UndefinedError, checked_pair

SHORTEST_BARS = 160
"""Of a window; below a week of hours nothing was calibrated."""
_ENOUGH = 0.95
"""Share of the three windows that must be at hand."""
_WIDEST = 3.0
"""Of a half-width on the scale of Fisher's z."""

__all__ = [
    "LEVELS",
    "WINDOWS",
    "PredictionRange",
    "ends",
    "predicted_correlation",
    "predicted_effectiveness",
]


@dataclass(frozen=True, slots=True)
class PredictionRange:
    """Where the next ``horizon_bars`` bars will probably put a number, and how probably."""

    low: float
    high: float
    level: float
    horizon_bars: int

    @property
    def interval(self) -> Interval:
        """Its ends, whatever the horizon."""
        return Interval(self.low, self.high, self.level)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def predicted_correlation(
    x: FloatArray, y: FloatArray, *, horizon_bars: int, level: float = 0.95
) -> PredictionRange:
    """Range of the correlation that the next ``horizon_bars`` bars will show.

    Parameters
    ----------
    x, y
        Returns, shape (T,), oldest first. Of T the last three horizons are used: the newest as
        the window, the two before as what is usual for the pair.
    level
        One of ``LEVELS``.

    Raises
    ------
    ShortHistoryError
        Fewer than three horizons, or a horizon of fewer than 160 bars.
    UndefinedError
        Values that are not finite, or a series that does not move in one of the three.

    Notes
    -----
    Both ends are linear in the pair's traits on the scale of Fisher's z, the half-widths
    log-linear, with pooled constants that minimise the interval score (Gneiting and Raftery 2007,
    Journal of the American Statistical Association 102, 359-378), and are then scaled so that the
    level holds over the fitted sample, as a locally weighted conformal range does (Lei, G'Sell,
    Rinaldo, Tibshirani and Wasserman 2018, same journal 113, 1094-1111).

    """
    past = _past(x, y, horizon_bars)
    low, high = ends(correlation_traits(*past), CORRELATION, level)
    return PredictionRange(float(np.tanh(low)), float(np.tanh(high)), level, horizon_bars)


def predicted_effectiveness(
    unhedged: FloatArray, hedged: FloatArray, *, horizon_bars: int, level: float = 0.95
) -> PredictionRange:
    """Range of the share of variance that the hedge will remove over ``horizon_bars`` bars.

    Parameters
    ----------
    unhedged, hedged
        Shape (T,), returns of the holding alone and with the hedge, at the ratio that is to be
        held; the rest as for ``predicted_correlation``, on the scale of the log variance ratio.

    """
    past = _past(unhedged, hedged, horizon_bars)
    low, high = ends(removal_traits(*past), REMOVAL, level)
    return PredictionRange(1 - float(np.exp(high)), 1 - float(np.exp(low)), level, horizon_bars)


def ends(traits: Traits, model: RangeModel, level: float) -> tuple[FloatArray, FloatArray]:
    """Both ends on the model's scale, shape (...,) each."""
    if level not in model.stretch:
        raise ValueError(f"ranges are calibrated for the levels {LEVELS}, got {level}")
    stretch_below, stretch_above = model.stretch[level]
    centre = traits.centre @ np.array(model.centre)
    below, above = (
        np.exp(np.minimum(traits.width @ np.array(side), np.log(_WIDEST)))
        for side in (model.below, model.above)
    )
    return centre - stretch_below * below, centre + stretch_above * above


def _past(x: FloatArray, y: FloatArray, horizon_bars: int) -> tuple[FloatArray, FloatArray]:
    minimum = int(_ENOUGH * WINDOWS * max(horizon_bars, SHORTEST_BARS))
    if horizon_bars < SHORTEST_BARS:
        raise ShortHistoryError(horizon_bars, minimum=SHORTEST_BARS)
    first, second = (quarters_of(s, horizon_bars) for s in checked_pair(x, y, minimum=minimum))
    checked_pair(first, second)
    for series in (first, second):
        if not np.all(series.reshape(QUARTERS, -1).std(axis=-1) > 0):
            raise UndefinedError(tr("A price stood still for a quarter of a window."))
    scale = first.std()
    return first / scale, second / scale
