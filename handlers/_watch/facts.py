"""What prices and payments are right now: funding, basis, spread. No venue stands in for another."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from analytics.errors import HedgeError, RequestError, SourceError
from analytics.language import tr
from analytics.market.candles import FloatArray, FundingHistory
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.plans import chosen_markets, missed_venues
from analytics.market.span import moment
from analytics.market.together import together
from analytics.market.traded import traded
from analytics.market.windows import YEAR
from analytics.positions.carry import LEAD, NoFundingError, funding_carry
from analytics.statistics.estimate import Estimate
from analytics.studies.looks import usual
from analytics.studies.readings import Reading
from handlers._command import Services
from handlers._markets import labels, venues
from handlers._watch.measure import Measure


class UnfitPricesError(SourceError):
    """There are prices, but none from which anything may be concluded."""


async def funding_reading(measure: Measure, services: Services) -> Reading:
    """The newest payment as a simple annual rate, longs to shorts, beside those of the window.

    Raises
    ------
    SourceError, RequestError
        As ``reading``; a contract that paid nothing in the window has no funding.

    """
    now = services.now()
    (market,) = await _markets(measure.instruments, services)
    start = now - measure.window.length
    paid = await services.histories.funding(market, start=start - LEAD, end=now)
    try:
        found = funding_carry(paid, start=start)
    except NoFundingError as error:
        raise UnfitPricesError(error.sentence, venue=market.venue) from error
    return Reading(
        value=found.last_rate * (YEAR / found.payment_every),
        interval=None,
        as_of=found.last_time,
        step=found.payment_every,
        names=labels((market,)),
        venue=venues((market,)),
        origin=services.histories.source.origin,
        usual=usual(_annual(paid, start)),
    )


async def basis_reading(measure: Measure, services: Services) -> Reading:
    """A contract's price over its coin's on the same venue, less 1."""
    contract = measure.instruments[-1]
    coin = Instrument(contract.base, venue=contract.venue)
    spot, market = await _markets((coin, contract), services)
    if spot.venue != market.venue:
        raise UnfitPricesError(
            tr(
                "{name} and its coin are not on one venue: the gap between venues is no basis.",
                name=market.short_name,
            ),
            venue=market.venue,
        )
    return await _gap(measure, services, (market, spot), names=labels((market,)))


async def spread_reading(measure: Measure, services: Services) -> Reading:
    """A coin's price on the first venue over that on the second, less 1.

    Raises
    ------
    RequestError
        The two are quoted in different dollars, or are different kinds of market: that gap is
        none between venues.

    """
    first, second = await _markets(measure.instruments, services)
    if (first.quote, first.kind, first.expiry) != (second.quote, second.kind, second.expiry):
        raise RequestError(
            tr(
                "{first} and {second} are not the same: what lies between them is not only "
                "their venues.",
                first=first.full_name,
                second=second.full_name,
            )
        )
    return await _gap(measure, services, (first, second), names=labels((first, second)))


async def _gap(
    measure: Measure, services: Services, markets: tuple[Market, Market], *, names: tuple[str, ...]
) -> Reading:
    newest = await traded(services.histories.source, markets, now=services.now())
    above, below = newest.closes[-1].tolist()
    return Reading(
        value=above / below - 1,
        interval=None,
        as_of=newest.last_close,
        step=newest.bar,
        names=names,
        venue=venues(markets),
        origin=newest.origin,
        usual=await _usual_gap(measure, services, markets),
        notes=_quotes(markets),
    )


async def _usual_gap(
    measure: Measure, services: Services, markets: tuple[Market, Market]
) -> Estimate | None:
    """Where the gap stood at the closes of the window; a past that fails takes nothing away."""
    legs = [_pinned(market) for market in markets]
    try:
        history = await services.histories.history(legs, measure.window, now=services.now())
    except HedgeError:
        return None
    if history.markets != markets:
        return None
    return usual(_gaps(history.in_window))


def _gaps(history: History) -> FloatArray:
    return np.asarray(history.closes[:, 0] / history.closes[:, 1] - 1)


def _pinned(market: Market) -> Instrument:
    return Instrument(
        market.base,
        market.kind,
        quote=market.quote,
        settle=market.settle,
        expiry=market.expiry.date() if market.expiry else None,
        venue=market.venue,
    )


def _quotes(markets: tuple[Market, Market]) -> tuple[str, ...]:
    first, second = (market.quote for market in markets)
    if first == second:
        return ()
    return (
        tr(
            "Quoted in {first} and {second}: part of it is the price between these two.",
            first=first,
            second=second,
        ),
    )


async def _markets(instruments: Sequence[Instrument], services: Services) -> tuple[Market, ...]:
    """The markets that are meant; while their venue is away nothing is known of them.

    Raises
    ------
    SourceError
        The venue that would be asked first does not answer.

    """
    catalog, source = services.histories.catalog, services.histories.source
    listings = await together(catalog.listing(instrument) for instrument in instruments)
    failed: dict[str, SourceError] = {e.venue: e for leg in listings for e in leg.outages}
    plan = chosen_markets([leg.markets for leg in listings], avoid=failed)
    missed = missed_venues(instruments, plan, {**failed}, order=source.venues) if plan else failed
    for error in missed.values():
        raise error
    return plan


def _annual(paid: FundingHistory, start: datetime) -> FloatArray:
    """Each payment after ``start`` over the time since the one before it, as an annual rate."""
    hours = np.diff(paid.time) * (timedelta(milliseconds=1) / YEAR)
    rates = paid.rate[1:] / hours
    return np.asarray(rates[[moment(int(time)) > start for time in paid.time[1:]]])
