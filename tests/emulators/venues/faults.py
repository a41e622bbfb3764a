"""What can go wrong between a venue and its reader, and when it does."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from tests.emulators.venues.bars import Bar
from tests.emulators.venues.grid import milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Change
from tests.emulators.venues.record import Request

PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in place of the venue's own; a text body is sent as a page, another as JSON."""

    status: int
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer comes, but late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """The answer comes once the fault is cleared, or never."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection breaks, before the answer or after so much of its body."""

    after: int | None = None


@dataclass(frozen=True, slots=True)
class Spoil:
    """The body is changed on its way."""

    change: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Feed:
    """The venue's candles themselves are wrong, so its pages are full but different."""

    change: Change


@dataclass(frozen=True, slots=True)
class Page:
    """One page of candles is wrong."""

    change: Change


Effect: TypeAlias = Answer | Delay | Hang | Drop | Spoil | Feed | Page


@dataclass(slots=True, eq=False, kw_only=True)
class Rule:
    """A fault and the requests it strikes: after `skip` of them, `times` or until cleared."""

    effect: Effect
    venue: str | None = None
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    when: Callable[[Request], bool] | None = None
    times: int | None = None
    skip: int = 0
    seen: int = 0
    cleared: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def hits(self) -> int:
        """How many requests it has struck."""
        struck = max(0, self.seen - self.skip)
        return struck if self.times is None else min(struck, self.times)

    def strikes(self, request: Request) -> bool:
        """Whether the fault hits this request; counts it if it is one of its kind."""
        if self.cleared.is_set() or not self._matches(request):
            return False
        self.seen += 1
        return self.seen > self.skip and (self.times is None or self.seen <= self.skip + self.times)

    def clear(self) -> None:
        """End the fault; what hangs goes on."""
        self.cleared.set()

    def _matches(self, request: Request) -> bool:
        return (
            self.venue in {None, request.venue}
            and self.path in request.path
            and all(request.params.get(key) == value for key, value in self.params.items())
            and (self.when is None or self.when(request))
        )


@dataclass(slots=True, eq=False)
class Faults:
    """The faults in force."""

    rules: list[Rule] = field(default_factory=list)

    def add(self, effect: Effect, **conditions: Any) -> Rule:
        """Put a fault in force; `conditions` are the fields of a rule."""
        rule = Rule(effect=effect, **conditions)
        self.rules.append(rule)
        return rule

    def striking(self, request: Request) -> list[Rule]:
        return [rule for rule in self.rules if rule.strikes(request)]

    def clear(self) -> None:
        """End every fault."""
        for rule in self.rules:
            rule.clear()
        self.rules.clear()


def html(status: int = 200, title: str = "Just a moment...") -> Answer:
    """A page where JSON was due: 403 of a firewall, 502 of a gateway, 200 of a captcha."""
    return Answer(status, PAGE.format(title))


def truncated(share: float = 0.5) -> Spoil:
    """JSON that breaks off."""
    return Spoil(lambda body: body[: int(len(body) * share)])


def missing(share: float, seed: int = 0) -> Feed:
    """Candles the venue never made: a share of all, the same ones in every page."""

    def change(listing: Listing, bars: list[Bar]) -> list[Bar]:
        return [bar for bar in bars if _chance(seed, listing.symbol, bar.time) >= share]

    return Feed(change)


def stale(since: datetime) -> Feed:
    """A feed that stopped: no candle opens at or after `since`."""
    stop = milliseconds(since)
    return Feed(lambda _, bars: [bar for bar in bars if bar.time < stop])


def jump(at: datetime, factor: float = 1000.0) -> Feed:
    """Return a feed whose one candle opening at `at` is priced in other units."""
    return revised(factor, first=at, last=at)


def revised(factor: float, *, first: datetime, last: datetime) -> Feed:
    """Candles between `first` and `last` (their openings) are not what they were."""
    span = range(milliseconds(first), milliseconds(last) + 1)

    def change(_: Listing, bars: list[Bar]) -> list[Bar]:
        return [_scaled(bar, factor) if bar.time in span else bar for bar in bars]

    return Feed(change)


def duplicated() -> Page:
    """Every candle twice."""
    return Page(lambda _, bars: [bar for bar in bars for _ in range(2)])


def shuffled(seed: int = 0) -> Page:
    """Candles in no order."""
    return Page(lambda _, bars: random.Random(seed).sample(bars, len(bars)))


def spoilt(value: Any, column: str = "close", index: int = -2) -> Page:
    """One candle of a page holds None, "NaN", "-1", "1e30" or whatever `value` is."""

    def change(_: Listing, bars: list[Bar]) -> list[Bar]:
        at = range(len(bars))[index] if -len(bars) <= index < len(bars) else None
        return [b._replace(**{column: value}) if i == at else b for i, b in enumerate(bars)]

    return Page(change)


def _scaled(bar: Bar, factor: float) -> Bar:
    opening, high, low, close = (float(price) * factor for price in bar[1:5])
    return Bar(bar.time, opening, high, low, close, bar.volume)


def _chance(*key: object) -> float:
    return random.Random(repr(key)).random()
