"""Falls of a pair, and what a hedge did on the worst days: what the picture shows."""

from dataclasses import dataclass

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words


@dataclass(frozen=True, slots=True)
class BadDay:
    """One day: its name, and the returns of the holding alone and hedged, fractions.

    ``words`` are both as the caption says them.
    """

    name: str
    unhedged: float
    hedged: float
    words: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class StressPicture:
    """What the answer to a question about falls shows.

    Attributes
    ----------
    target, hedge
        The names of the two markets.
    target_returns, hedge_returns
        Shape (n,), fractions; n >= 2.
    corner
        Returns of target and hedge below which a bar is in the bad corner.
    corner_words
        What that corner is, such as ``worst 5 % of both: 55 bars``.
    days
        Worst first, at most eight; empty where no hedge could be tested.
    days_words
        How the hedge was sized, or why there are no days.
    """

    words: Words
    target: str
    hedge: str
    target_returns: FloatArray
    hedge_returns: FloatArray
    corner: tuple[float, float]
    corner_words: str
    days: tuple[BadDay, ...]
    days_words: str

    def __post_init__(self) -> None:
        if not len(self.target_returns) == len(self.hedge_returns) > 1:
            raise ValueError(
                f"{len(self.target_returns)} returns against {len(self.hedge_returns)}"
            )
