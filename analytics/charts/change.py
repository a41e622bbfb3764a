"""Two measures over one stretch of time, and where each should have stayed."""

from dataclasses import dataclass

import numpy as np

from analytics.charts.pair import MarkedBreak
from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of values over a range of times (milliseconds since 1970 UTC), and its middle."""

    start: int
    end: int
    low: float
    high: float
    centre: float


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One measure over time.

    Attributes
    ----------
    heading
        What it is.
    time, values
        Shape (n,), milliseconds since 1970 UTC, ascending, n >= 2; NaN where it is undefined.
    now
        The last value in the words of the caption, else empty.
    least, greatest
        Beyond which the measure does not go.
    stretches, stretch_words
        Hatched where it should stay, or lies beyond doubt; what that is.
    limit, limit_words
        A dotted line across, and what it is.
    """

    heading: str
    time: TimeArray
    values: FloatArray
    now: str = ""
    least: float = -1.0
    greatest: float = 1.0
    stretches: tuple[Stretch, ...] = ()
    stretch_words: str = ""
    limit: float | None = None
    limit_words: str = ""

    def __post_init__(self) -> None:
        if not len(self.time) == len(self.values) > 1:
            raise ValueError(f"{len(self.values)} values at {len(self.time)} times")

    @property
    def landmarks(self) -> FloatArray:
        """Every value that must be in view."""
        edges = [edge for part in self.stretches for edge in (part.low, part.high)]
        limit = [] if self.limit is None else [self.limit]
        return np.concatenate((self.values, edges, limit))


@dataclass(frozen=True, slots=True, eq=False)
class ChangePicture:
    """What the answer to a question about a change shows: two courses, one above the other."""

    words: Words
    above: Course
    below: Course
    event: MarkedBreak | None = None
