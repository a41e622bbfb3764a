"""One venue: its exchange object, its markets, and the patience we have with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, TypeVar

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.market.instruments import Kind
from analytics.market.live.breaker import Breaker
from analytics.market.live.dialects import DIALECTS, Dialect
from analytics.market.live.listings import markets_of
from analytics.market.live.patience import Patience
from analytics.market.live.turnover import by_turnover, ticker_questions
from analytics.market.live.venue_clock import VenueClock
from analytics.market.markets import Market
from analytics.market.outages import VenueDownError, VenueMalformedError

T = TypeVar("T")
Exchange = Any
ADAPTER = "analytics.market.live.exchange"
TRANSLATION = "analytics.market.live.translation"

FRESH = timedelta(hours=4)
"""How long a list of markets serves."""
RANKING_FRESH = timedelta(minutes=10)
"""How long a ranking by turnover serves."""
RETRY_LIST = timedelta(minutes=5)
"""How long an old list serves on when the venue does not give a new one."""


@dataclass(slots=True, eq=False)
class Venue:
    """A venue as questions meet it. Belongs to one event loop."""

    name: str
    options: Mapping[str, Any]
    clock: Callable[[], datetime]
    patience: Patience
    time: VenueClock = field(init=False)
    breaker: Breaker = field(init=False)
    _exchange: Exchange = None
    _markets: tuple[Market, ...] = ()
    _loaded_at: datetime | None = None
    _due: datetime | None = None
    _rankings: dict[frozenset[Kind], tuple[datetime, tuple[Market, ...]]] = field(
        default_factory=dict
    )
    _loading: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.time = VenueClock(self.name, self.clock)
        self.breaker = Breaker(self.name, self.clock, self.patience)

    @property
    def dialect(self) -> Dialect:
        """What ccxt does not say about this venue."""
        return DIALECTS[self.name]

    def timeframes(self) -> Mapping[str, Any]:
        """The bars that the venue has, in ccxt's spelling."""
        exchange = self._exchange or self._opened()
        return dict(exchange.timeframes)

    async def markets(self) -> tuple[Market, ...]:
        """All markets, asked again every few hours."""
        if self._due is None or self.clock() >= self._due:
            await self.reload()
        return self._markets

    async def most_traded(self, kinds: frozenset[Kind]) -> tuple[Market, ...]:
        """The markets of these kinds that trade, the busiest first; asked every few minutes."""
        known = self._rankings.get(kinds)
        if known is not None and self.clock() - known[0] < RANKING_FRESH:
            return known[1]
        listed = [m for m in await self.markets() if m.active and m.kind in kinds]
        tickers: dict[str, Mapping[str, Any]] = {}
        for params in ticker_questions(kinds, self.dialect.tickers):
            tickers |= await self.answer(
                lambda exchange, params=params: exchange.fetch_tickers(None, params),  # type: ignore[misc]
                expected=tr("a list of prices"),
            )
        ranked = by_turnover(listed, tickers, is_swapped=self.dialect.swapped_volumes)
        self._rankings[kinds] = self.clock(), ranked
        return ranked

    async def reload(self) -> None:
        """Ask for the markets; an old list serves on while the venue does not answer."""
        try:
            await self._reloaded()
        except SourceError:
            if not self._markets:
                raise
            self._due = self.clock() + RETRY_LIST

    def listed_within(self, age: timedelta) -> bool:
        """Whether the list of markets is younger than this."""
        return self._loaded_at is not None and self.clock() - self._loaded_at < age

    async def answer(
        self, question: Callable[[Exchange], Awaitable[T]], *, expected: str = "prices"
    ) -> T:
        """The answer to a question, asked again where that may help.

        Raises
        ------
        SourceError
            The venue failed, or is being left alone.
        RequestError
            It does not have what was asked.
        """
        await self.markets()
        return await self._persistent(lambda: question(self._exchange), expected=expected)

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Give up on the whole of a leg when the patience ends."""
        began = self.clock()
        try:
            async with asyncio.timeout(self.patience.deadline.total_seconds()):
                yield
        except TimeoutError as error:
            seconds = self.patience.deadline.total_seconds()
            late = VenueDownError(
                self.name, tr("took longer than {seconds} s", seconds=f"{seconds:g}")
            )
            if self.time.heard_at is None or self.time.heard_at < began:
                self.breaker.failed(late)
            raise late from error

    async def measured_skew(self) -> timedelta:
        """How far the venue's clock is ahead of ours, from an answer of this moment."""
        await self.answer(import_module(ADAPTER).tell_time, expected=tr("a time"))
        return self.time.skew

    async def close(self) -> None:
        """Close the connections; what loads aside closes its own when it ends."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait([self._loading])
        if self._exchange is not None:
            await self._exchange.close()
            self._exchange = None
        self._due = None

    async def _persistent(self, ask: Callable[[], Awaitable[T]], *, expected: str) -> T:
        translation = import_module(TRANSLATION)
        tries = self.patience.tries
        for number in range(1, tries + 1):
            if number > 1:
                await self.patience.before_try(number)
            await self.breaker.admit()
            try:
                with translation.translating(self.name, patience=self.patience, expected=expected):
                    answer = await ask()
            except SourceError as error:
                self.breaker.failed(error)
                if number == tries or not translation.passing(error):
                    raise
            except RequestError:
                self.breaker.succeeded()
                raise
            except BaseException:
                self.breaker.abandoned()
                raise
            else:
                self.breaker.succeeded()
                return answer
        raise AssertionError  # the last try returns or raises

    async def _reloaded(self) -> None:
        """One request for the markets, shared by all who wait for them."""
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load())
            self._loading.add_done_callback(_seen)
        await asyncio.shield(self._loading)

    async def _load(self) -> None:
        await asyncio.to_thread(import_module, ADAPTER)
        loaded, self._markets = await self._persistent(
            lambda: asyncio.to_thread(self._load_aside), expected=tr("a list of markets")
        )
        exchange = self._exchange or self._opened()
        self._exchange = import_module(ADAPTER).stocked(exchange, loaded)
        self._loaded_at = self.clock()
        self._due = self._loaded_at + FRESH

    def _load_aside(self) -> tuple[Exchange, tuple[Market, ...]]:
        """Load the markets in a thread with an event loop and an exchange of its own.

        Reading thousands of rows takes half a second, in which the bot would answer nobody.
        """
        return asyncio.run(self._load_here())

    async def _load_here(self) -> tuple[Exchange, tuple[Market, ...]]:
        exchange = self._opened()
        try:
            async with asyncio.timeout(self.patience.deadline.total_seconds()):
                rows = await import_module(ADAPTER).load_markets(exchange, self.dialect)
        except TimeoutError as error:
            raise VenueDownError(self.name) from error
        finally:
            await exchange.close()
        markets = markets_of(self.name, rows, precision_mode=exchange.precisionMode)
        if not markets:
            raise VenueMalformedError(self.name, tr("a list of markets"))
        return exchange, markets

    def _opened(self) -> Exchange:
        return import_module(ADAPTER).opened(
            self.name, self.dialect, self.options, clock=self.time, patience=self.patience
        )


def _seen(task: "asyncio.Task[None]") -> None:
    """Look at a failure that nobody may be waiting for any more."""
    if not task.cancelled():
        task.exception()
