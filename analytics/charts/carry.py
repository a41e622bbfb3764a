"""What contracts paid for being held: what the picture shows."""

from dataclasses import dataclass

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words
from analytics.market.candles import TimeArray

MOST_LINES = 2


@dataclass(frozen=True, slots=True, eq=False)
class CarryLine:
    """One contract's line.

    Attributes
    ----------
    time, values
        Shape (n,), milliseconds since 1970 UTC, ascending, and what the heading names; n >= 2.
    end
        Words at the end of the line, below the ``name``.
    """

    name: str
    time: TimeArray
    values: FloatArray
    end: str

    def __post_init__(self) -> None:
        if not len(self.time) == len(self.values) > 1:
            raise ValueError(f"{len(self.values)} values at {len(self.time)} times")


@dataclass(frozen=True, slots=True, eq=False)
class CarryPicture:
    """What the answer to a question about carry shows: two panels of one line or two each.

    ``accrued`` adds up over the window; ``detail`` says where it came from.
    """

    words: Words
    accrued_heading: str
    accrued: tuple[CarryLine, ...]
    detail_heading: str
    detail: tuple[CarryLine, ...]

    def __post_init__(self) -> None:
        for lines in (self.accrued, self.detail):
            if not 0 < len(lines) <= MOST_LINES:
                raise ValueError(f"one line or two in a panel, not {len(lines)}")
