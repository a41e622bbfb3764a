"""The port through which prices come, whatever stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market


@dataclass(frozen=True, slots=True)
class Origin:
    """Where prices come from, in words for the reply.

    ``warning`` is shown with every answer and in every picture; None for live prices. ``invented``
    prices never traded: nothing that happened may be told of them.
    """

    name: str
    warning: str | None = None
    invented: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """The warning as a sentence, to stand before all other notes; nothing without one."""
        return (f"{self.warning}.",) if self.warning else ()


class PriceSource(Protocol):
    """Markets, candles and funding of some venues.

    Every method may raise ``SourceError`` (the venue failed) or ``RequestError`` (it does not have
    what was asked). Times are aware UTC.
    """

    @property
    def origin(self) -> Origin:
        """Where these prices come from."""

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues on offer, in order of preference."""

    async def markets(self, venue: str) -> Sequence[Market]:
        """All markets of a venue, inactive ones included."""

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """At most ``limit`` markets of these kinds that trade now, the busiest first."""

    def bars(self, market: Market) -> Sequence[timedelta]:
        """The bar lengths that ``candles`` can give for a market, ascending."""

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        """The present for these markets: ``now`` where prices are live, else their last close.

        Of several markets the one that ends first decides, in the bars that the question uses.
        """

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        """The closed bars that open at or after ``start`` and close at or before ``end``."""

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """The funding payments with ``start <= time <= end``; empty for markets without any."""
