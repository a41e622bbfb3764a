"""Several pairs under each other, each with its course and its verdict: what the picture shows."""

from dataclasses import dataclass
from typing import Literal

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray
from analytics.statistics.estimate import Interval

MOST_ROWS = 30
MOST_LARGE = 10
"""So many have room for their courses; more are a line each."""

Verdict = Literal["steady", "edge", "changed", "none"]
"""Each has a shape of its own: circle, diamond, square, ring."""


@dataclass(frozen=True, slots=True, eq=False)
class DigestRow:
    """One pair.

    Attributes
    ----------
    name, verdict_words
        The two lines at the left; the verdict's shape stands before the second.
    value_words, before_words
        The two lines at the right: the value with its interval, and what was before.
    time, values
        Shape (m,), the course: milliseconds since 1970 UTC, NaN where undefined; empty for a pair
        that could not be looked at.
    band
        Where the course stays while nothing changes; None where that cannot be said.
    interval, short_value
        Of the value, and the value alone: all that one of many lines has room for.
    likely
        What the next value of a whole window may be; None where nothing is foretold.
    """

    name: str
    verdict: Verdict
    verdict_words: str
    value_words: str
    before_words: str
    time: TimeArray
    values: FloatArray
    band: Interval | None = None
    likely: Interval | None = None
    interval: Interval | None = None
    short_value: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class DigestPicture:
    """What the answer to "is all as usual" shows.

    Attributes
    ----------
    caption
        What the courses are.
    band_words, likely_words
        What the hatched range and the whisker behind the course say; empty where no row has one.
    rows
        1 to 30, from the top.
    key, interval_words
        What the shapes and a bar with a dot say, for pictures whose lines have no room for it.
    """

    words: Words
    caption: str
    band_words: str
    likely_words: str
    rows: tuple[DigestRow, ...]
    key: tuple[tuple[Verdict, str], ...] = ()
    interval_words: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.rows) <= MOST_ROWS:
            raise ValueError(f"1 to {MOST_ROWS} rows wanted, got {len(self.rows)}")
        if any(len(row.time) != len(row.values) for row in self.rows):
            raise ValueError("a course has a time for every value")
