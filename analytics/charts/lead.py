"""Several prices of one coin around their median, and who brings the news: what is shown."""

from dataclasses import dataclass

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray

MOST_MARKETS = 5


@dataclass(frozen=True, slots=True)
class ShareBar:
    """Where an information share lies: from ``low`` to ``high``, fractions of one.

    ``bounds`` is None where the share is undefined. ``verdict`` is what it means, in two words;
    ``is_doubtful`` where no leader may be named.
    """

    label: str
    bounds: tuple[float, float] | None
    verdict: str
    is_doubtful: bool


@dataclass(frozen=True, slots=True, eq=False)
class LeadPicture:
    """What the answer to "who leads" shows.

    Attributes
    ----------
    gap_words, share_words
        The captions of both panels.
    labels
        The names of the markets whose gaps are shown.
    time
        Shape (n,), milliseconds since 1970 UTC, ascending; n >= 2. A long step shows as a gap.
    gaps
        Shape (n, len(labels)), basis points.
    gap_ends
        The last gap of each market in the words of the caption, such as ``+1.2 bp``.
    shares
        One bar for each other market that the one in front is compared with.
    """

    words: Words
    gap_words: str
    share_words: str
    labels: tuple[str, ...]
    time: TimeArray
    gaps: FloatArray
    gap_ends: tuple[str, ...]
    shares: tuple[ShareBar, ...]

    def __post_init__(self) -> None:
        n, lines = len(self.time), len(self.labels)
        if n < 2 or self.gaps.shape != (n, lines) or len(self.gap_ends) != lines:  # noqa: PLR2004 - two bars
            raise ValueError(f"gaps of shape {self.gaps.shape} at {n} times of {lines} markets")
        if not 1 <= lines <= MOST_MARKETS or not 1 <= len(self.shares) < MOST_MARKETS:
            raise ValueError(f"{lines} lines and {len(self.shares)} shares")
