"""What is known of one market's bars, place by place on the time grid."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from analytics.market.candle_store import ABSENT, BLOCK_BARS, KNOWN, UNKNOWN, Block
from analytics.market.candles import Candles, FloatArray
from analytics.market.markets import Market

CLOSE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Blocks of bars by number; a bar's place is its open time divided by the bar's length."""

    bar: timedelta
    blocks: dict[int, Block] = field(default_factory=dict)

    def state(self, place: int) -> int:
        """UNKNOWN, KNOWN or ABSENT; UNKNOWN where no block was read."""
        block = self.blocks.get(place // BLOCK_BARS)
        return int(block.state[place % BLOCK_BARS]) if block else UNKNOWN

    def runs(self, state: int, first: int, stop: int) -> list[tuple[int, int]]:
        """Maximal stretches ``(begin, stop)`` of places in one state within ``[first, stop)``."""
        if stop <= first:
            return []
        hits = np.concatenate(([False], self._states(first, stop) == state, [False]))
        edges = np.flatnonzero(np.diff(hits)) + first
        return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def candles(self, market: Market, first: int, stop: int) -> Candles:
        """The known bars within ``[first, stop)``."""
        places = np.arange(first, max(first, stop))
        known = places[self._states(first, stop) == KNOWN] if len(places) else places
        rows = self._rows(first, stop)[known - first] if len(known) else np.empty((0, 5))
        bar_ms = self.bar // timedelta(milliseconds=1)
        return Candles(market, self.bar, known * bar_ms, *np.ascontiguousarray(rows.T))

    def learn(self, candles: Candles, *, revised_by: float) -> tuple[set[int], int]:
        """Take over bars; return the changed blocks and how many known closes moved much."""
        places = candles.open_time // (self.bar // timedelta(milliseconds=1))
        columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
        rows = np.column_stack(columns)
        changed, revised = set(), 0
        for number in np.unique(places // BLOCK_BARS).tolist():
            block = self.blocks.setdefault(number, Block.empty())
            here = places // BLOCK_BARS == number
            at = places[here] % BLOCK_BARS
            known = block.state[at] == KNOWN
            moved = np.abs(rows[here][known, CLOSE] / block.rows[at[known], CLOSE] - 1)
            revised += int((moved > revised_by).sum())
            block.rows[at] = rows[here]
            block.state[at] = KNOWN
            changed.add(number)
        return changed, revised

    def mark_absent(self, first: int, stop: int) -> set[int]:
        """Remember that the venue has no bar at the places still unknown; return changed blocks."""
        changed = set()
        for begin, end in self.runs(UNKNOWN, first, stop):
            for number in range(begin // BLOCK_BARS, (end - 1) // BLOCK_BARS + 1):
                offset = number * BLOCK_BARS
                block = self.blocks.setdefault(number, Block.empty())
                block.state[max(begin - offset, 0) : end - offset] = ABSENT
                changed.add(number)
        return changed

    def forget_absences(self) -> None:
        """Take for unknown what the venue did not have."""
        for block in self.blocks.values():
            block.state[block.state == ABSENT] = UNKNOWN

    def _states(self, first: int, stop: int) -> npt.NDArray[np.uint8]:
        blocks, inside = self._cover(first, stop)
        return np.concatenate([block.state for block in blocks])[inside]

    def _rows(self, first: int, stop: int) -> FloatArray:
        blocks, inside = self._cover(first, stop)
        return np.concatenate([block.rows for block in blocks])[inside]

    def _cover(self, first: int, stop: int) -> tuple[list[Block], slice]:
        numbers = range(first // BLOCK_BARS, (stop - 1) // BLOCK_BARS + 1)
        offset = numbers.start * BLOCK_BARS
        blocks = [self.blocks.get(number) or Block.empty() for number in numbers]
        return blocks, slice(first - offset, stop - offset)
