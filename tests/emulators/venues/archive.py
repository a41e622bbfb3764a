"""Real candles from a folder of parquet files, moved in time to look like today's."""

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.emulators.venues.bars import Bar
from tests.emulators.venues.grid import Grid
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.terms import terms

FUNDING = "funding_rate"
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Columns of one candle file: openings in milliseconds and the prices as stored."""

    step: int
    times: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Archive:
    """A folder with a manifest.json, replayed as if its history ended at `now`.

    `end` is the instant of the data that is to be `now`; by default the end of the last bar.
    The shift is the smallest whole number of days that brings `end` to `now` or later, so the
    hours of the day keep their place; a part of the last day may lie in the future and is then
    not served. With `now` None nothing is moved.
    """

    folder: Path
    now: datetime | None = None
    end: datetime | None = None

    @cached_property
    def shift(self) -> timedelta:
        """What was added to every time of the files: a whole multiple of 24 hours."""
        if self.now is None:
            return timedelta()
        return timedelta(days=math.ceil((self.now - (self.end or self.last)) / timedelta(days=1)))

    @cached_property
    def last(self) -> datetime:
        """End of the last bar in the folder, in the files' own time."""
        return max(
            datetime.fromisoformat(entry["last"]) + pd.Timedelta(entry["interval"])
            for entry in self._candles
        )

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """Exactly the markets of the manifest."""
        first = {(e["venue"], e["symbol"]): e for e in reversed(self._candles)}
        return tuple(self._listing(entry) for entry in reversed(first.values()))

    def covers(self, listing: Listing, *, funding: bool = False) -> bool:
        return bool(self._files(listing, funding=funding))

    def bars(self, listing: Listing, grid: Grid, first: int, last: int, now: int) -> list[Bar]:
        """Bars opening in [first, last], from the finest file, before it from a coarser one."""
        found: list[Bar] = []
        for tape in self._tapes(listing, grid):
            until = found[0].time - 1 if found else min(last, now)
            found = self._resampled(tape, grid, first, until, now) + found
        return found

    def funding(
        self, listing: Listing, first: int, last: int, every: int
    ) -> list[tuple[int, float]]:
        """Rates as stored; `every` is the file's own."""
        del every
        rates: dict[int, float] = {}
        for entry in self._files(listing, funding=True):
            frame = self._frame(entry["file"])
            times = _stamps(frame) + self._moved
            rates |= zip(times.tolist(), frame["funding_rate"].tolist(), strict=True)
        return [(time, rate) for time, rate in sorted(rates.items()) if first <= time <= last]

    @cached_property
    def _manifest(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = json.loads((self.folder / "manifest.json").read_text())[
            "entries"
        ]
        return sorted(entries, key=lambda entry: pd.Timedelta(entry["interval"]))

    @cached_property
    def _candles(self) -> list[dict[str, Any]]:
        return [entry for entry in self._manifest if entry["market_type"] != FUNDING]

    @cached_property
    def _moved(self) -> int:
        return self.shift // timedelta(milliseconds=1)

    @cached_property
    def _read(self) -> dict[str, Any]:
        return {}

    def _files(self, listing: Listing, *, funding: bool) -> list[dict[str, Any]]:
        return [
            entry
            for entry in self._manifest
            if (entry["venue"], entry["symbol"]) == (listing.venue, listing.symbol)
            and (entry["market_type"] == FUNDING) is funding
        ]

    def _frame(self, file: str) -> pd.DataFrame:
        if file not in self._read:
            self._read[file] = pd.read_parquet(self.folder / file)
        frame: pd.DataFrame = self._read[file]
        return frame

    def _tapes(self, listing: Listing, grid: Grid) -> list[Tape]:
        """Files whose bars fill the grid's, the finest first."""
        found = []
        for entry in self._files(listing, funding=False):
            step = pd.Timedelta(entry["interval"]) // pd.Timedelta(milliseconds=1)
            if grid.months or (grid.step % step == 0 and grid.offset % step == 0):
                frame = self._frame(entry["file"])
                # Written out in full: the shortest decimal of a float32 is another number.
                columns = {name: frame[name].to_numpy(np.float64) for name in COLUMNS}
                found.append(Tape(step, _stamps(frame) + self._moved, columns))
        return found

    def _resampled(self, tape: Tape, grid: Grid, first: int, last: int, now: int) -> list[Bar]:
        opens = grid.opens(first, last)
        if not len(opens):
            return []
        end = min(grid.end(int(opens[-1])), now + 1)
        a, b = np.searchsorted(tape.times, [opens[0], end])
        if a == b:
            return []
        times = tape.times[a:b]
        columns = {name: values[a:b].copy() for name, values in tape.columns.items()}
        _cut_forming(columns, times[-1], tape.step, now)
        which = np.searchsorted(opens, times, side="right") - 1
        starts = np.flatnonzero(np.append(True, np.diff(which) > 0))
        stops = np.append(starts[1:], len(times)) - 1
        rows = zip(
            opens[which[starts]].tolist(),
            columns["open"][starts],
            np.maximum.reduceat(columns["high"], starts),
            np.minimum.reduceat(columns["low"], starts),
            columns["close"][stops],
            np.add.reduceat(columns["volume"], starts),
            strict=True,
        )
        return [Bar(*row) for row in rows]

    def _listing(self, entry: dict[str, Any]) -> Listing:
        base, _, rest = entry["symbol"].partition("/")
        quote, _, settle = rest.partition(":")
        kind = "spot" if not settle else "inverse" if settle == base else "linear"
        price = float(self._frame(entry["file"])["close"].iloc[-1])
        return Listing(
            venue=entry["venue"],
            base=base,
            quote=quote,
            settle=settle,
            listed=min(self._firsts(entry)),
            asset=base,
            **terms(entry["venue"], kind, base, price),
        )

    def _firsts(self, entry: dict[str, Any]) -> list[datetime]:
        name = (entry["venue"], entry["symbol"])
        same = [e for e in self._candles if (e["venue"], e["symbol"]) == name]
        return [datetime.fromisoformat(e["first"]) + self.shift for e in same]


def _stamps(frame: pd.DataFrame) -> NDArray[np.int64]:
    stamps: NDArray[np.int64] = pd.DatetimeIndex(frame["timestamp"]).as_unit("ms").asi8
    return stamps


def _cut_forming(columns: dict[str, NDArray[Any]], time: int, step: int, now: int) -> None:
    """Shorten the last bar, if it is still forming, to the part of its way it has gone."""
    share = (now - time) / step
    if share >= 1:
        return
    start, end = columns["open"][-1], columns["close"][-1]
    close = start + (end - start) * type(start)(share)
    columns["close"][-1] = close
    columns["high"][-1] = max(start, close)
    columns["low"][-1] = min(start, close)
    columns["volume"][-1] *= share
