"""Many estimates under each other: what the picture shows."""

from dataclasses import dataclass

from analytics.charts.words import Words

MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One estimate: a dot with its interval.

    ``words`` stand behind it; ``is_hollow`` where chance may explain what is claimed of the others.
    """

    label: str
    value: float
    low: float
    high: float
    words: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class RankingPicture:
    """What the answer to "which is best" shows.

    Attributes
    ----------
    caption
        What the dots mean, with their unit.
    rows
        1 to 20, from the top.
    parted_after
        Number of rows above a line between two groups; 0 for one group.
    solid_words, hollow_words
        What full and hollow dots say; empty where there is none of the kind.
    """

    words: Words
    caption: str
    rows: tuple[IntervalRow, ...]
    parted_after: int = 0
    solid_words: str = ""
    hollow_words: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.rows) <= MOST_ROWS:
            raise ValueError(f"1 to {MOST_ROWS} rows wanted, got {len(self.rows)}")
        if any(not row.low <= row.value <= row.high for row in self.rows):
            raise ValueError("a value lies within its interval")
