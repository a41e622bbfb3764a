"""A hedge on data that it has not seen: what the picture shows."""

from dataclasses import dataclass

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray
from analytics.statistics.estimate import Estimated


@dataclass(frozen=True, slots=True, eq=False)
class HedgePicture:
    """What the answer to a question about a hedge shows.

    Attributes
    ----------
    time
        Shape (n,), milliseconds since 1970 UTC, ascending; n >= 2. A long step shows as a gap.
    unhedged, hedged
        Shape (n,), dollars that the position was worth over the test.
    unhedged_end, hedged_end
        Words beside the ends of these lines, such as ``−$31k``.
    target, hedge
        The names of what is held and of what hedges it.
    target_returns, hedge_returns
        Shape (k,), fractions; k >= 2.
    ratio
        Slope of the line through the returns, and ``ratio_words`` such as ``h 1.24 (1.15–1.33)``.
    intercept
        Height of that line where the hedge's return is 0.
    day
        Shape (d,), milliseconds since 1970 UTC of each tested day; d >= 1.
    effectiveness
        Shape (d,), share of the variance that the hedge removed, at most 1; negative where it
        made matters worse, NaN where it is undefined.
    """

    words: Words
    time: TimeArray
    unhedged: FloatArray
    hedged: FloatArray
    unhedged_end: str
    hedged_end: str
    target: str
    hedge: str
    target_returns: FloatArray
    hedge_returns: FloatArray
    ratio: Estimated
    ratio_words: str
    day: TimeArray
    effectiveness: FloatArray
    intercept: float = 0.0

    def __post_init__(self) -> None:
        if not len(self.time) == len(self.unhedged) == len(self.hedged) > 1:
            raise ValueError(f"{len(self.unhedged)} values at {len(self.time)} times")
        if not len(self.target_returns) == len(self.hedge_returns) > 1:
            raise ValueError(
                f"{len(self.target_returns)} returns against {len(self.hedge_returns)}"
            )
        if not len(self.day) == len(self.effectiveness) > 0:
            raise ValueError(f"{len(self.effectiveness)} results on {len(self.day)} days")
