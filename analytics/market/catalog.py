"""From what people call a market to the markets that venues list."""

import asyncio
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

from analytics.errors import SourceError
from analytics.market.completion import Completions, completions
from analytics.market.directory import QUOTES, Directory
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.outages import outage_of
from analytics.market.preferred import PreferringPrices
from analytics.market.prices import PriceSource
from analytics.market.unlisted import unknown_instrument, unknown_venue

Tasks: TypeAlias = dict[str, "asyncio.Task[Directory | SourceError]"]

GRACE = timedelta(seconds=1)
"""How long a venue that is only a substitute may hold an answer up."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where an instrument can be had: one market a venue, in order of preference."""

    instrument: Instrument
    markets: tuple[Market, ...]
    outages: tuple[SourceError, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Resolves instruments against the markets of a price source.

    ``quotes`` are the dollars to look for where an instrument names none, the best first.
    """

    source: PriceSource
    grace: timedelta = GRACE
    quotes: tuple[str, ...] = QUOTES
    _directories: dict[str, Directory] = field(default_factory=dict)

    def preferring(self, *, venue: str | None, quote: str | None) -> "Catalog":
        """The same catalogue for somebody who likes a venue or a quote better than the others."""
        return replace(
            self,
            source=self.source if venue is None else PreferringPrices(self.source, venue),
            quotes=tuple(sorted(self.quotes, key=lambda one: one != quote)),
        )

    async def listing(self, instrument: Instrument) -> Listing:
        """Find the instrument on every venue that has it.

        Raises
        ------
        UnknownInstrumentError, AmbiguousInstrumentError, UnknownVenueError
            The asker can correct it.
        SourceError
            No venue told its markets.

        """
        answers = await self._answers(instrument, self._asked(instrument))
        listed = {venue: a for venue, a in answers.items() if isinstance(a, Directory)}
        outages = tuple(answer for answer in answers.values() if isinstance(answer, SourceError))
        if not listed:
            raise outage_of(outages)
        found = [
            best
            for directory in listed.values()
            if (best := directory.best(instrument, quotes=self.quotes))
        ]
        if not found:
            others = await self._others(answers)
            raise unknown_instrument(instrument, listed, others, outages)
        trading = [market for market in found if market.active]
        return Listing(instrument, tuple(trading or found), outages)

    async def completions(self, word: str, *, most: int) -> Completions:
        """What a word that is still being typed may become, on the venues that answer at once."""
        return completions(word, await self._others(()), most=most)

    def _asked(self, instrument: Instrument) -> tuple[str, ...]:
        if instrument.venue is None:
            return self.source.venues
        if instrument.venue not in self.source.venues:
            raise unknown_venue(instrument, self.source.venues)
        return (instrument.venue,)

    async def _answers(
        self, instrument: Instrument, venues: Sequence[str]
    ) -> dict[str, Directory | SourceError]:
        """What the venues list; those behind one that has the instrument get little time."""
        tasks = self._asking(venues)
        try:
            for task in tasks.values():
                answer = await task
                if isinstance(answer, Directory) and answer.best(instrument) is not None:
                    await asyncio.wait(tasks.values(), timeout=self.grace.total_seconds())
                    break
        finally:
            await _stopped(tasks)
        return _answered(tasks)

    async def _others(self, known: Container[str]) -> dict[str, Directory]:
        """The venues that the question did not ask, as far as they answer at once."""
        tasks = self._asking([venue for venue in self.source.venues if venue not in known])
        try:
            if tasks:
                await asyncio.wait(tasks.values(), timeout=self.grace.total_seconds())
        finally:
            await _stopped(tasks)
        return {v: a for v, a in _answered(tasks).items() if isinstance(a, Directory)}

    def _asking(self, venues: Sequence[str]) -> Tasks:
        return {venue: asyncio.create_task(self._directory(venue)) for venue in venues}

    async def _directory(self, venue: str) -> Directory | SourceError:
        try:
            markets = await self.source.markets(venue)
        except SourceError as error:
            return error
        known = self._directories.get(venue)
        if known is None or known.markets is not markets:
            known = self._directories[venue] = Directory.of(markets)
        return known


async def _stopped(tasks: Tasks) -> None:
    late = [task for task in tasks.values() if not task.done()]
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def _answered(tasks: Tasks) -> dict[str, Directory | SourceError]:
    return {venue: task.result() for venue, task in tasks.items() if not task.cancelled()}
