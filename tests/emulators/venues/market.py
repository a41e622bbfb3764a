"""What a venue can answer about its markets at one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from tests.emulators.venues.bars import Bar, Source
from tests.emulators.venues.grid import DAY, HOUR, Grid, milliseconds
from tests.emulators.venues.listing import Listing

Change: TypeAlias = Callable[[Listing, list[Bar]], list[Bar]]
Params: TypeAlias = Mapping[str, str]

DAY_GRIDS = (Grid(HOUR), Grid(8 * HOUR), Grid(DAY))


class Refusal(Exception):  # noqa: N818 - a venue's answer, not a failure of ours
    """A venue's error answer."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class Day(NamedTuple):
    """The last 24 hours of a market."""

    time: int
    open: Any
    high: Any
    low: Any
    last: Any
    volume: float


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """One venue's lists and prices, seen at `now` and through the faults in force."""

    venue: str
    now: datetime
    listings: Sequence[Listing]
    natives: Mapping[str, Sequence[Listing]]
    sources: Sequence[Source]
    feed_changes: Sequence[Change] = ()
    page_changes: Sequence[Change] = ()

    @property
    def stamp(self) -> int:
        return milliseconds(self.now)

    def of_kind(self, *kinds: str) -> list[Listing]:
        """Markets of kinds spot, linear, inverse."""
        return [listing for listing in self.listings if listing.kind in kinds]

    def find(self, native: str, *kinds: str) -> Listing | None:
        """Market of a native id, which spot and contracts may share."""
        same = self.natives.get(native, ())
        return next((listing for listing in same if not kinds or listing.kind in kinds), None)

    def page(
        self,
        listing: Listing,
        grid: Grid,
        limit: int,
        *,
        first: int | None = None,
        last: int | None = None,
        newest: bool,
    ) -> list[Bar]:
        """At most `limit` existing bars opening in [first, last], oldest first.

        The `newest` of them, or the oldest. The forming bar is among them.
        """
        page = self._existing(listing, grid, limit, first, last, newest=newest)
        for change in self.page_changes:
            page = change(listing, page)
        return page

    def day(self, listing: Listing) -> Day | None:
        """The last 24 hours, or None before the first bar."""
        for grid in DAY_GRIDS:
            bars = self._existing(listing, grid, DAY // grid.step, None, None, newest=True)
            if bars:
                return Day(
                    time=min(self.stamp, grid.end(bars[-1].time) - 1),
                    open=bars[0].open,
                    high=max((bar.high for bar in bars), key=_size),
                    low=min((bar.low for bar in bars), key=_size),
                    last=bars[-1].close,
                    volume=sum(_size(bar.volume) for bar in bars),
                )
        return None

    def funding(
        self,
        listing: Listing,
        limit: int,
        *,
        first: int | None = None,
        last: int | None = None,
        every: int = 8 * HOUR,
        newest: bool,
    ) -> list[tuple[int, float]]:
        """At most `limit` rates paid in [first, last], oldest first."""
        lower = max(milliseconds(listing.listed), first or 0)
        upper = min(self._end(listing), self.stamp if last is None else last)
        for source in self.sources:
            if source.covers(listing, funding=True):
                rates = source.funding(listing, lower, upper, every)
                return rates[-limit:] if newest else rates[:limit]
        return []

    def _existing(
        self,
        listing: Listing,
        grid: Grid,
        limit: int,
        first: int | None,
        last: int | None,
        *,
        newest: bool,
    ) -> list[Bar]:
        lower = max(grid.floor(milliseconds(listing.listed)), first or 0)
        upper = min(self._end(listing), self.stamp if last is None else last)
        found: list[Bar] = []
        while len(found) < limit and lower <= upper:
            if newest:
                start = max(lower, grid.before(grid.floor(upper), limit - 1))
                found = self._feed(listing, grid, start, upper) + found
                upper = start - 1
            else:
                stop = min(upper, grid.before(grid.floor(lower), -limit))
                found += self._feed(listing, grid, lower, stop)
                lower = stop + 1
        return found[-limit:] if newest else found[:limit]

    def _feed(self, listing: Listing, grid: Grid, first: int, last: int) -> list[Bar]:
        source = next(source for source in self.sources if source.covers(listing))
        bars = source.bars(listing, grid, first, last, self.stamp)
        for change in self.feed_changes:
            bars = change(listing, bars)
        return bars

    def _end(self, listing: Listing) -> int:
        ends = [self.now, *(end for end in (listing.ended, listing.expiry) if end)]
        return milliseconds(min(ends))


def whole(params: Params, name: str) -> int | None:
    """An integer parameter, or None if it was not sent."""
    return int(params[name]) if params.get(name) else None


def capped(params: Params, default: int, most: int) -> int:
    """The `limit` parameter within what the venue gives."""
    return min(max(whole(params, "limit") or default, 1), most)


def _size(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
