"""A hedge beside the best one: what the picture shows."""

from dataclasses import dataclass

import numpy as np

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray
from analytics.statistics.estimate import Interval


@dataclass(frozen=True, slots=True, eq=False)
class DriftPicture:
    """What the answer to a question about drift shows.

    Sizes count ``unit``, positive for the ``side`` that hedges.

    Attributes
    ----------
    best, best_effectiveness, curvature
        Of the parabola ``best_effectiveness - curvature * (size - best)²``, a fraction.
    now, target
        Sizes, with the words that name them, such as ``2.100 BTC``.
    band
        Sizes between which waiting is right.
    interval
        Sizes between which the best one lies.
    time, path
        Shape (n,), milliseconds since 1970 UTC, ascending, and the share off target, a fraction.
    path_end
        Words at the end of that line.
    """

    words: Words
    unit: str
    side: str
    best: float
    best_effectiveness: float
    curvature: float
    now: float
    now_words: str
    target: float
    target_words: str
    band: Interval
    interval: Interval
    time: TimeArray
    path: FloatArray
    path_end: str

    def __post_init__(self) -> None:
        if not len(self.time) == len(self.path) > 1:
            raise ValueError(f"{len(self.path)} shares at {len(self.time)} times")
        if not self.curvature > 0:
            raise ValueError("effectiveness falls off on both sides of its best")

    def effectiveness(self, size: FloatArray) -> FloatArray:
        """Share of the variance removed at each size."""
        return np.asarray(self.best_effectiveness - self.curvature * (size - self.best) ** 2)
