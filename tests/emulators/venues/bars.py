"""The rows that travel from a source of prices to a venue's answer."""

from typing import Any, NamedTuple, Protocol

import numpy as np

from tests.emulators.venues.grid import Grid
from tests.emulators.venues.listing import Listing


class Bar(NamedTuple):
    """One candle; `volume` in base units. A fault may put anything in place of a number."""

    time: int
    open: Any
    high: Any
    low: Any
    close: Any
    volume: Any


class Source(Protocol):
    """Where candles and funding come from."""

    def covers(self, listing: Listing, *, funding: bool = False) -> bool:
        """Whether this source knows the market's candles, or its funding."""
        ...

    def bars(self, listing: Listing, grid: Grid, first: int, last: int, now: int) -> list[Bar]:
        """Bars opening in [first, last], oldest first, the forming one included."""
        ...

    def funding(
        self, listing: Listing, first: int, last: int, every: int
    ) -> list[tuple[int, float]]:
        """Times and rates in [first, last], oldest first."""
        ...


def text(value: Any) -> Any:
    """Return a number as venues write it, without exponent; anything else as it is."""
    if isinstance(value, float | np.floating):
        return np.format_float_positional(value, trim="-") if np.isfinite(value) else str(value)
    return str(value) if isinstance(value, int) else value


def number(value: Any) -> Any:
    """Return a number as JSON writes it; anything else as it is."""
    return float(text(value)) if isinstance(value, float | np.floating) else value


def times(left: Any, right: Any) -> Any:
    """Return a product, or None where a fault left no number."""
    try:
        return float(left) * float(right)
    except (TypeError, ValueError):
        return None


def over(left: Any, right: Any) -> Any:
    """Return a quotient, or None where a fault left no number."""
    try:
        return float(left) / float(right)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
