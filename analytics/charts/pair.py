"""Two prices and their rolling correlation: what the picture shows."""

from dataclasses import dataclass

from analytics.charts.scales import number
from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray
from analytics.statistics.estimate import Interval

_WHOLE_PERCENTS_FROM = 0.1
_MOST_DECIMALS = 4


def price_change(change: float) -> str:
    """How far a price has come, a fraction, as the picture and its caption say it: ``+12 %``."""
    decimals = 0 if abs(change) >= _WHOLE_PERCENTS_FROM else 1
    while round(100 * change, decimals) == -100 and decimals < _MOST_DECIMALS:  # noqa: PLR2004 - only a price of 0 is that
        decimals += 1
    text = number(100 * change, decimals)
    return f"+{text} %" if change > 0 and text.strip("0.") else f"{text} %"


@dataclass(frozen=True, slots=True)
class MarkedBreak:
    """A moment, milliseconds since 1970 UTC, at which a test found a change, and its words."""

    time: int
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class PairPicture:
    """What the answer to a question about two markets shows.

    Attributes
    ----------
    labels
        The names of the two markets.
    close_time
        Shape (n,), milliseconds since 1970 UTC, ascending; n >= 2. A long step shows as a gap.
    closes
        Shape (n, 2), positive.
    rolling_time
        Shape (m,), milliseconds since 1970 UTC, ascending.
    rolling
        Shape (m,), from -1 to 1; NaN where it is undefined.
    rolling_now
        The last rolling correlation in the words of the caption, such as ``0.81``.
    roll
        The width of the rolling window in words, such as ``7d``.
    band
        Where the rolling correlation stays if nothing changes; ``band_words`` say another meaning.
    baseline
        The correlation over a longer past, and ``baseline_words`` such as ``90d: 0.86``.
    limit
        A correlation that somebody set as a threshold, and ``limit_words`` such as ``below 0.6``.
    """

    words: Words
    labels: tuple[str, str]
    close_time: TimeArray
    closes: FloatArray
    rolling_time: TimeArray
    rolling: FloatArray
    rolling_now: str
    roll: str
    band: Interval | None = None
    band_words: str = ""
    baseline: float | None = None
    baseline_words: str = "baseline"
    tested_break: MarkedBreak | None = None
    limit: float | None = None
    limit_words: str = ""

    def __post_init__(self) -> None:
        n = len(self.close_time)
        if n < 2 or self.closes.shape != (n, 2):  # noqa: PLR2004 - two markets, two bars
            raise ValueError(f"closes of shape {self.closes.shape} at {n} times")
        if self.rolling.shape != self.rolling_time.shape:
            raise ValueError(f"{len(self.rolling)} correlations, {len(self.rolling_time)} times")
