"""From what people call a market to the markets that venues list."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from analytics.errors import Correction, RequestError, SourceError
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.prices import PriceSource
from analytics.market.venues import venue_name

QUOTES = ("USDT", "USDC", "USD")
MULTIPLIERS = ("1000", "10000", "1000000", "1M")
CLOSE_ENOUGH = 60
N_SUGGESTIONS = 3


class UnknownInstrumentError(RequestError):
    """No venue lists it."""


class AmbiguousInstrumentError(RequestError):
    """Two coins share the ticker."""


class UnknownVenueError(RequestError):
    """The question names a venue that this bot does not ask."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where an instrument can be had: one market a venue, in order of preference."""

    instrument: Instrument
    markets: tuple[Market, ...]
    outages: tuple[SourceError, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Resolves instruments against the markets of a price source."""

    source: PriceSource

    async def listing(self, instrument: Instrument) -> Listing:
        """Find the instrument on every venue that has it.

        Raises
        ------
        UnknownInstrumentError, AmbiguousInstrumentError, UnknownVenueError
            The asker can correct it.
        SourceError
            No venue told its markets.

        """
        venues = self._venues(instrument)
        answers = await asyncio.gather(*(self._markets(venue) for venue in venues))
        outages = tuple(answer for answer in answers if isinstance(answer, SourceError))
        listed = [answer for answer in answers if not isinstance(answer, SourceError)]
        if not listed:
            raise outages[0]
        found = tuple(
            market for markets in listed if (market := _best_match(instrument, markets)) is not None
        )
        if not found:
            everything = [market for markets in listed for market in markets if market.active]
            raise _unknown(instrument, everything, outages, venues)
        return Listing(instrument, found, outages)

    def _venues(self, instrument: Instrument) -> tuple[str, ...]:
        if instrument.venue is None:
            return self.source.venues
        if instrument.venue not in self.source.venues:
            raise _unknown_venue(instrument, self.source.venues)
        return (instrument.venue,)

    async def _markets(self, venue: str) -> Sequence[Market] | SourceError:
        try:
            return await self.source.markets(venue)
        except SourceError as error:
            return error


def _best_match(instrument: Instrument, markets: Sequence[Market]) -> Market | None:
    if instrument.quote is not None:
        symbol = replace(instrument, venue=None)
        exact = next((market for market in markets if market.symbol == str(symbol)), None)
        if exact is not None:
            return exact
    for base in (instrument.base, *(f"{m}{instrument.base}" for m in MULTIPLIERS)):
        fitting = [market for market in markets if _fits(instrument, base, market)]
        if fitting:
            best = min(fitting, key=_preference)
            _refuse_shared_ticker(instrument, best, fitting)
            return best
    return None


def _fits(instrument: Instrument, base: str, market: Market) -> bool:
    if market.base != base or market.kind is not instrument.kind:
        return False
    if instrument.quote is None:
        if market.quote not in QUOTES or not market.active:
            return False
    elif (market.quote, market.settle) != (instrument.quote, instrument.settle):
        return False
    return market.expiry is None or market.expiry.date() == instrument.expiry


def _preference(market: Market) -> tuple[bool, bool, int]:
    quote = QUOTES.index(market.quote) if market.quote in QUOTES else len(QUOTES)
    return (not market.active, market.inverse and market.kind is Kind.FUTURE, quote)


def _refuse_shared_ticker(instrument: Instrument, best: Market, fitting: list[Market]) -> None:
    twins = [m for m in fitting if m.quote == best.quote and m.coin_name != best.coin_name]
    if not twins:
        return
    choices = [m for m in (best, *twins) if m.coin_name]
    raise AmbiguousInstrumentError(
        f"{instrument.base} is {_count(len(choices))} coins here. Which one?",
        corrections=tuple(
            Correction(f"{instrument.base} · {m.coin_name}", m.symbol, _typed(instrument))
            for m in choices
        ),
    )


def _unknown(
    instrument: Instrument,
    markets: Sequence[Market],
    outages: tuple[SourceError, ...],
    venues: tuple[str, ...],
) -> UnknownInstrumentError:
    where = _either([venue_name(venue) for venue in venues])
    silent = _either(sorted({venue_name(outage.venue) for outage in outages}))
    doubt = f" {silent} did not answer, it may be there." if outages else ""
    if _same_coin(instrument, markets):
        sentence, names = _no_such_kind(instrument, markets, where)
    else:
        sentence = f"I don't know {_typed(instrument)} on {where}."
        names = _lookalikes(instrument, markets)
    hint = f" Did you mean {_either(names)}?" if names else ""
    return UnknownInstrumentError(
        sentence + doubt + hint,
        corrections=tuple(Correction(name, name, _typed(instrument)) for name in names),
    )


def _same_coin(instrument: Instrument, markets: Sequence[Market]) -> list[Market]:
    return [market for market in markets if market.base == instrument.base]


def _no_such_kind(
    instrument: Instrument, markets: Sequence[Market], where: str
) -> tuple[str, list[str]]:
    words = {
        Kind.SPOT: "spot",
        Kind.PERP: "perpetual",
        Kind.INVERSE: "coin-margined",
        Kind.FUTURE: "dated",
    }
    wanted = f"{words[instrument.kind]} {instrument.base}"
    if instrument.kind is Kind.FUTURE and instrument.expiry:
        wanted = f"{instrument.base} future that ends on {instrument.expiry:%-d %b %Y}"
    elif instrument.quote:
        wanted = f"{words[instrument.kind]} {instrument.base} in {instrument.quote}"
    others = sorted(_same_coin(instrument, markets), key=lambda m: (m.kind.value, m.short_name))
    names = dict.fromkeys(market.short_name for market in others if market.quote in QUOTES)
    return f"{where} has no {wanted}.", list(names)[:N_SUGGESTIONS]


def _lookalikes(instrument: Instrument, markets: Sequence[Market]) -> list[str]:
    """Names of existing markets that look like the one asked for, same kind first."""
    bases = sorted({market.base for market in markets})
    close = process.extract(
        instrument.base, bases, scorer=fuzz.ratio, limit=10, score_cutoff=CLOSE_ENOUGH
    )
    ranked = [
        (market.kind is not instrument.kind, -score, market.short_name)
        for base, score, _ in close
        for market in markets
        if market.base == base and market.quote in QUOTES
    ]
    return list(dict.fromkeys(name for _, _, name in sorted(ranked)))[:N_SUGGESTIONS]


def _unknown_venue(instrument: Instrument, venues: tuple[str, ...]) -> UnknownVenueError:
    names = ", ".join(venue_name(venue) for venue in venues)
    return UnknownVenueError(
        f"I don't ask a venue called {instrument.venue}. I ask {names}.",
        corrections=tuple(
            Correction(f"on {venue_name(venue)}", f"{venue}:", f"{instrument.venue}:")
            for venue in venues[:N_SUGGESTIONS]
        ),
    )


def _typed(instrument: Instrument) -> str:
    return instrument.text or str(instrument)


def _either(names: list[str]) -> str:
    return (
        names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}" if names else ""
    )


def _count(n: int) -> str:
    return {2: "two", 3: "three"}.get(n, str(n))
