"""The busiest markets of a venue, fetched together for a question about many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from analytics.errors import Correction, SourceError
from analytics.language import tr
from analytics.language.lists import all_of
from analytics.language.numbers import localised
from analytics.market.directory import QUOTES
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.universe import Universe, fetched_legs, universe
from analytics.market.venues import venue_name
from analytics.market.windows import Window, spelled
from handlers._command import Services
from handlers._errors import UsageError
from handlers._grammar import TOP, Option

OF: Option[int] = Option("of", TOP.read, ("50", "200"), ("markets", "among"))
"""How many markets are looked at, 1 to 999."""
MOST_MARKETS = 300
MOST_PRICES = 4_000_000
"""What one question may hold in memory: a third of a gigabyte with all that is made of it."""
SPARE = 3
"""Markets asked for each one wanted: a coin has several, and only the busiest is looked at."""

LONG_KINDS = (frozenset({Kind.SPOT}), frozenset({Kind.PERP}))
SHORT_KINDS = (frozenset({Kind.PERP, Kind.INVERSE}),)


@dataclass(frozen=True, slots=True)
class Busiest:
    """The busiest markets of a venue, one a coin, and what could not be asked before it."""

    markets: tuple[Market, ...]
    notes: tuple[str, ...] = ()


class TooManyPricesError(UsageError):
    """More markets in finer bars than one question may hold."""


def refuse_too_many(
    n_markets: int, window: Window, context: timedelta, asked: Callable[[Window, int], str]
) -> None:
    """Bound what one question fetches; ``asked`` writes it with another window and number."""
    n_bars = (window.length + context) // window.chosen_bar
    if n_markets * n_bars <= MOST_PRICES:
        return
    fewer, coarser = MOST_PRICES // n_bars, replace(window, bar=None)
    ways = []
    if n_markets * ((window.length + context) // coarser.chosen_bar) <= MOST_PRICES:
        ways.append(
            Correction(
                tr("{length} bars", length=spelled(coarser.chosen_bar)), asked(coarser, n_markets)
            )
        )
    if fewer > 1:
        ways.append(Correction(tr("{fewer} markets", fewer=fewer), asked(window, fewer)))
    raise TooManyPricesError(
        tr(
            "{n_markets} markets in {length} bars are {n_markets_2} prices; I look at "
            "{most_prices}.",
            n_markets=n_markets,
            length=spelled(window.chosen_bar),
            n_markets_2=localised(f"{n_markets * n_bars:,}"),
            most_prices=localised(f"{MOST_PRICES:,}"),
        ),
        corrections=tuple(ways),
    )


async def busiest(
    services: Services,
    venues: tuple[str, ...],
    kinds: tuple[frozenset[Kind], ...],
    *,
    n: int,
    fewest: int = 1,
    without: Callable[[Market], bool] = lambda _: False,
) -> Busiest:
    """The busiest markets of the first venue that has as many as ``fewest`` of one of the kinds.

    Raises
    ------
    SourceError
        No venue answers.
    UsageError
        None of them has such markets.

    """
    source, failed = services.histories.source, list[SourceError]()
    for venue in venues:
        try:
            for wanted in kinds:
                listed = await source.most_traded(venue, kinds=wanted, limit=SPARE * n)
                chosen = [market for market in _one_a_coin(listed) if not without(market)]
                if len(chosen) >= fewest:
                    notes = tuple(error.sentence for error in failed)
                    return Busiest(tuple(chosen[:n]), notes)
        except SourceError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    names = all_of(venue_name(venue) for venue in venues)
    raise UsageError(
        tr("{names} has too few contracts for that.", names=names)
        if kinds == SHORT_KINDS
        else tr("{names} has too few markets for that.", names=names)
    )


async def fetched(services: Services, markets: tuple[Market, ...], anchor: History) -> Universe:
    """The markets over the stretch of time of a history, on its bars."""
    start, end = anchor.last_close - _length(anchor), anchor.last_close
    source = services.histories.source
    legs = await fetched_legs(
        source, markets, bar=anchor.bar, start=start, end=end, progress=services.progress
    )
    return await services.workshop.compute(
        partial(universe, legs, bar=anchor.bar, start=start, end=end, origin=source.origin)
    )


def past_of(found: Universe, anchor: History) -> History:
    """A universe as a history, for its evidence: NaN where a market has no bar."""
    return replace(anchor, markets=found.markets, close_time=found.close_time, closes=found.closes)


def instrument_of(market: Market) -> Instrument:
    """How to ask for a market: by its short name where that finds it, else in full."""
    quote = "USD" if market.inverse else QUOTES[0]
    if market.quote == quote and market.kind is not Kind.FUTURE:
        return Instrument(market.base, market.kind)
    return Instrument(market.base, market.kind, market.quote, market.settle)


def _length(anchor: History) -> timedelta:
    first, last = int(anchor.close_time[0]), int(anchor.close_time[-1])
    return timedelta(milliseconds=last - first) + anchor.bar


def _one_a_coin(listed: Sequence[Market]) -> list[Market]:
    """Of each coin the busiest market in dollars, linear and coin-margined apart."""
    chosen: dict[tuple[str, str | None, bool], Market] = {}
    for market in listed:
        if market.active and market.quote in QUOTES:
            chosen.setdefault((market.base, market.coin_name, market.inverse), market)
    return list(chosen.values())
