"""Which market of which venue serves each leg of a question, and what to say about the choice."""

from collections.abc import Container, Mapping, Sequence
from typing import TypeAlias

from analytics.errors import SourceError
from analytics.language import tr
from analytics.language.lists import all_of
from analytics.language.numbers import localised
from analytics.market.bundles import units
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.outages import MarketGoneError
from analytics.market.venues import venue_name

Plan: TypeAlias = tuple[Market, ...]
Failures: TypeAlias = dict[str, SourceError | MarketGoneError]


def chosen_markets(candidates: Sequence[Plan], *, avoid: Container[str]) -> Plan:
    """One market a leg: all of one venue where that can be, since prices differ by venue.

    Empty where a leg has no market outside the venues to avoid.
    """
    left = [[market for market in leg if market.venue not in avoid] for leg in candidates]
    if not all(left):
        return ()
    by_venue = [{market.venue: market for market in leg} for leg in left]
    shared = (venue for venue in by_venue[0] if all(venue in leg for leg in by_venue))
    venue = next(shared, None)
    if venue is not None:
        return tuple(leg[venue] for leg in by_venue)
    return tuple(leg[0] for leg in left)


def missed_venues(
    instruments: Sequence[Instrument], plan: Plan, failed: Failures, *, order: Sequence[str]
) -> Failures:
    """The failures without which another venue would have been chosen."""
    one_venue = len({market.venue for market in plan}) == 1
    wanted = all if one_venue else any

    def matters(venue: str) -> bool:
        return wanted(
            instrument.venue in {None, venue} and order.index(venue) < order.index(market.venue)
            for instrument, market in zip(instruments, plan, strict=True)
        )

    return {venue: error for venue, error in failed.items() if matters(venue)}


def substitution(
    missed: Mapping[str, SourceError | MarketGoneError], plan: Plan
) -> tuple[str, ...]:
    """Which venue failed how, and which one was used instead."""
    if not missed:
        return ()
    causes = " ".join(error.sentence for error in missed.values())
    used = all_of(dict.fromkeys(venue_name(market.venue) for market in plan))
    return (tr("{causes} Used {used}; prices differ by a few bp.", causes=causes, used=used),)


def bundled(instruments: Sequence[Instrument], plan: Plan) -> tuple[str, ...]:
    """Which coins are traded by the thousand."""
    return tuple(
        tr(
            "{base} trades as {base_2}: one is {coins} {base}.",
            base=instrument.base,
            base_2=market.base,
            coins=localised(f"{coins:,}"),
        )
        for instrument, market in zip(instruments, plan, strict=True)
        if (coins := units(instrument, market)) > 1
    )
