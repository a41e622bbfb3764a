"""The port to a store of candles and funding that were fetched before."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analytics.market.candles import FloatArray, TimeArray
from analytics.market.markets import Market

BLOCK_BARS = 512
"""Bars a block: three weeks of hours. One row of a database holds one block."""

UNKNOWN, KNOWN, ABSENT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """Which candles: a market in bars of one length."""

    venue: str
    symbol: str
    bar: timedelta

    @classmethod
    def of(cls, market: Market, bar: timedelta) -> "SeriesKey":
        """The key of a market's bars."""
        return cls(market.venue, market.symbol, bar)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """``BLOCK_BARS`` consecutive places on a series' time grid.

    Block number b holds the bars with ``b * BLOCK_BARS <= open_time / bar < (b + 1) * BLOCK_BARS``.

    Attributes
    ----------
    state
        Shape (BLOCK_BARS,), uint8: UNKNOWN (never asked), KNOWN, or ABSENT (asked; the venue has
        no such bar).
    rows
        Shape (BLOCK_BARS, 5): open, high, low, close, volume; meaningless where not KNOWN.
    """

    state: npt.NDArray[np.uint8]
    rows: FloatArray

    @classmethod
    def empty(cls) -> "Block":
        """A block about which nothing is known."""
        return cls(np.zeros(BLOCK_BARS, np.uint8), np.zeros((BLOCK_BARS, 5)))


@dataclass(frozen=True, slots=True, eq=False)
class StoredFunding:
    """All payments of a market between two moments (milliseconds, both included)."""

    covered_from: int
    covered_to: int
    time: TimeArray
    rate: FloatArray


class CandleStore(Protocol):
    """Keeps blocks; losing one costs a request, never an answer."""

    async def blocks(self, key: SeriesKey, first: int, last: int) -> dict[int, Block]:
        """The blocks with ``first <= number <= last`` that are kept."""

    async def keep(self, key: SeriesKey, blocks: dict[int, Block]) -> None:
        """Write blocks, in place of earlier ones."""

    async def funding(self, market: Market) -> StoredFunding | None:
        """The kept payments of a market."""

    async def keep_funding(self, market: Market, funding: StoredFunding) -> None:
        """Write a market's payments, in place of earlier ones."""
